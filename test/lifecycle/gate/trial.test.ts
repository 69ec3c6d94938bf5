// What is new must prove itself; free tests spare attempts; another credential may mend what the old one could not.

import { describe, expect, test } from 'vitest'

import { claude, Town } from '../../support/lanes.ts'

const minute = 60_000
const ann = claude('ann')
const bob = claude('bob')
const account = 'account:anthropic-default'

const reconfigured = (town: Town, lanes = ['agent:ann', account, 'cli:claude']) => {
  town.world({ kind: 'config.loaded', hash: '0123456789', diff: ['agents.ann.model'], lanes })
  town.fold()
}
const rebuilt = (town: Town) => {
  const lanes = ['cli:claude', 'agent:ann']
  const from = { cli: 'claude', host: 'h1', path: '/bin/claude', from: '1', to: '2' }
  town.world({ kind: 'cli.changed', ...from, lanes })
  town.fold()
}
const tested = (town: Town, lane: string, passed: boolean) => {
  town.world({ kind: 'gate.tested', lane, passed, by: 'the login is gone' })
  town.fold()
}
const seen = (town: Town, print: string, host = 'h1') => {
  town.world({ kind: 'credential.seen', lane: account, host, print })
  town.fold()
}

describe('a lane that passes and stands on something new', () => {
  test('lets one canary through; its evidence opens it wholly, without a ramp, an incident or a message', () => {
    const town = new Town()
    town.run(ann, 1, 'success')
    reconfigured(town)
    expect(town.outOfOrder()).toEqual(['agent:ann'])
    const canary = town.start(ann, 2)
    expect(town.claim(ann, 3)).toBeNull()
    expect(town.claim(bob, 4)).not.toBeNull() // nobody else waits
    town.tell(canary, 'attempt.confirmed')
    town.tell(canary, 'attempt.ordered')
    town.fold()
    expect(town.gate('agent:ann').state).toBe('probing')
    town.tell(canary, 'attempt.spoke')
    town.fold()
    expect(town.gate('agent:ann')).toEqual({ state: 'passing' })
    expect(town.incidents.filter((move) => move.do === 'open')).toEqual([])
  })

  test('another build of a client is proven by one canary for all its agents', () => {
    const town = new Town()
    rebuilt(town)
    expect(town.outOfOrder()).toEqual(['cli:claude'])
    const canary = town.start(ann, 1)
    expect(town.claim(bob, 2)).toBeNull()
    town.tell(canary, 'attempt.ordered')
    town.fold()
    expect(town.claim(bob, 2)).not.toBeNull()
  })

  test('a canary that the build refuses is one attempt, one incident and a pin', () => {
    const town = new Town()
    rebuilt(town)
    town.run(ann, 1, 'argument_error')
    expect(town.gate('cli:claude')).toMatchObject({ state: 'pinned' })
    expect(town.incidents.filter((move) => move.do === 'open')).toHaveLength(1)
  })

  test('a failed free test spares the attempt, is told at once, and is tried again soon', () => {
    const town = new Town()
    rebuilt(town)
    tested(town, 'cli:claude', false)
    expect(town.gate('cli:claude')).toMatchObject({ state: 'shut', until: town.now + minute })
    expect(town.incidents).toMatchObject([{ do: 'open', key: 'gate:cli:claude' }])
    town.passUntilProbed('cli:claude')
    town.run(ann, 1, 'success')
    expect(town.gate('cli:claude')).toEqual({ state: 'passing' })
    expect(town.incidents.at(-1)).toMatchObject({ do: 'resolve', key: 'gate:cli:claude' })
  })

  test('a canary that ended for another’s sake proves nothing and costs a minute', () => {
    const town = new Town()
    reconfigured(town)
    town.run(ann, 1, 'hollow')
    expect(town.gate('agent:ann')).toMatchObject({ state: 'shut', until: town.now + minute })
    town.passUntilProbed('agent:ann')
    town.run(ann, 1, 'success')
    expect(town.outOfOrder()).toEqual([])
  })

  test('a canary that was refused an optional flag is repeated at once: nobody loses a minute', () => {
    const town = new Town()
    reconfigured(town)
    rebuilt(town)
    town.run(ann, 1, 'argument_error', { blame: 'nobody' })
    expect(town.gate('agent:ann')).toMatchObject({ state: 'probing', canary: null })
    expect(town.gate('cli:claude')).toMatchObject({ state: 'probing', canary: null })
    expect(town.run(ann, 1, 'success')).toBe(true)
    expect(town.outOfOrder()).toEqual([])
  })

  test('a lane that is coming back slowly, or was paused by a person, is left as it is', () => {
    const town = new Town()
    town.run(ann, 1, 'launch_failed')
    town.passUntilProbed('agent:ann')
    town.run(ann, 2, 'success')
    expect(town.gate('agent:ann')).toEqual({ state: 'passing', ramp: 1 })
    reconfigured(town)
    expect(town.gate('agent:ann')).toEqual({ state: 'passing', ramp: 1 })
  })
})

describe('an account', () => {
  test('that passes and fails its free test is shut before an attempt is spent on it', () => {
    const town = new Town()
    tested(town, account, false)
    expect(town.gate(account)).toMatchObject({ state: 'shut' })
    expect(town.incidents).toMatchObject([{ do: 'open', key: `gate:${account}` }])
    expect(town.claim(ann, 1)).toBeNull()
    town.passUntilProbed(account)
    tested(town, account, false)
    expect(town.gate(account).state).toBe('shut')
    const keys = town.incidents.map((move) => `${move.do} ${move.key}`)
    expect(new Set(keys)).toEqual(new Set([`open gate:${account}`])) // the same one, counted
  })

  test('that failed its free test is probed as soon as the test no longer fails', () => {
    const town = new Town()
    tested(town, account, false)
    tested(town, account, true)
    expect(town.gate(account)).toMatchObject({ state: 'probing', canary: null })
    town.run(ann, 1, 'rate_limited', { resetAt: town.now + 300 * minute })
    tested(town, account, true)
    expect(town.gate(account).state).toBe('shut') // a stated limit is none of its business
  })

  test.each(['auth_error', 'credits_depleted'] as const)(
    'pinned by %s is probed when its credential is another one',
    (name) => {
      const town = new Town()
      seen(town, 'one')
      expect(town.outOfOrder()).toEqual([])
      town.run(ann, 1, name)
      seen(town, 'one')
      expect(town.gate(account).state).toBe('pinned')
      seen(town, 'elsewhere', 'h2') // another host's is its own, and was never seen before
      expect(town.gate(account).state).toBe('pinned')
      seen(town, 'two')
      expect(town.gate(account)).toMatchObject({ state: 'probing', canary: null })
    },
  )

  test('whose stated reset lies ahead waits for it, whatever becomes of its credential', () => {
    const town = new Town()
    seen(town, 'one')
    town.run(ann, 1, 'rate_limited', { resetAt: town.now + 300 * minute })
    seen(town, 'two') // clients renew their logins by themselves
    expect(town.gate(account).state).toBe('shut')
  })

  test('that a person pinned stays pinned, whatever its tests and credentials say', () => {
    const town = new Town()
    seen(town, 'one')
    town.run(ann, 1, 'auth_error')
    const gate = town.gate(account)
    town.put({ ...town.lane(account), gate: { ...gate, by: 'ada' } as typeof gate })
    seen(town, 'two')
    tested(town, account, true)
    expect(town.gate(account)).toMatchObject({ state: 'pinned', by: 'ada' })
  })

  test('a test that passes while canaries go on failing is believed less and less', () => {
    const town = new Town()
    let spent = 0
    for (let at = 0; at < 24 * 60; at += 1) {
      tested(town, account, true)
      if (town.run(ann, at, 'auth_error')) spent += 1
      town.pass(minute)
    }
    expect(spent).toBeGreaterThan(2)
    expect(spent).toBeLessThan(12)
    expect(town.incidents.filter((move) => move.do === 'open').map((move) => move.key)).toContain(
      `gate:${account}`,
    )
  })
})
