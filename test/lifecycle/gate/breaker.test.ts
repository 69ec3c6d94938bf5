// The gates of lanes, told as what happens to a fleet. ARCHITECTURE §4 and §5.

import { describe, expect, test } from 'vitest'

import { claude, plain, Town } from '../../support/lanes.ts'

const minute = 60_000
const ann = claude('ann')
const bob = claude('bob')
const shell = plain('shell')

describe('a streak', () => {
  test('three transient failures of distinct tasks, alike or not, shut the provider’s lane; two do not', () => {
    const town = new Town()
    town.run(ann, 1, 'overloaded')
    town.run(ann, 2, 'network')
    expect(town.gate('provider:anthropic')).toEqual({ state: 'passing' })
    town.run(ann, 3, 'overloaded')
    expect(town.gate('provider:anthropic')).toMatchObject({
      state: 'shut',
      until: town.now + minute,
    })
    expect(town.outOfOrder()).toEqual(['provider:anthropic'])
  })

  test('one task that fails ten times is one failure of the lane', () => {
    const town = new Town()
    for (let i = 0; i < 10; i += 1) town.run(ann, 1, 'overloaded')
    expect(town.outOfOrder()).toEqual([])
  })

  test('successes of other agents on other lanes do not clear it (incident 36)', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) {
      town.run(ann, task, 'overloaded')
      town.run(shell, 100 + task, 'success')
      town.run(claude('codi', { provider: 'openai', cli: 'codex' }), 200 + task, 'success')
    }
    expect(town.gate('provider:anthropic')).toMatchObject({ state: 'shut' })
  })

  test('a first event does not disprove endings that nothing explains: they show only at the end', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) {
      expect(town.gate('agent:ann').state).toBe('passing')
      town.run(ann, task, 'unknown')
    }
    expect(town.outOfOrder()).toEqual(['agent:ann', 'fleet'])
  })

  test('an answer of the model clears what the provider was charged with', () => {
    const town = new Town()
    town.run(ann, 1, 'overloaded')
    town.run(ann, 2, 'overloaded')
    town.run(bob, 3, 'success')
    town.run(ann, 4, 'overloaded')
    expect(town.outOfOrder()).toEqual([])
    expect(town.lane('provider:anthropic').memory.streak.map((one) => one.task)).toEqual([4])
  })

  test('a check that could not run, and a folder that is not there, charge no lane', () => {
    const town = new Town()
    for (let task = 1; task < 9; task += 1) {
      town.run(shell, task, 'unknown', { blame: 'operator' })
      town.run(shell, task, 'launch_failed', { blame: 'task' })
    }
    expect(town.outOfOrder()).toEqual([])
  })

  test('what a task pays for never shuts a gate', () => {
    const town = new Town()
    for (let task = 1; task < 50; task += 1)
      for (const name of [
        'task_failed',
        'max_turns',
        'timeout',
        'hollow',
        'content_refused',
      ] as const)
        town.run(ann, task, name)
    expect(town.outOfOrder()).toEqual([])
  })
})

describe('starts that fail', () => {
  test('an agent waits 30 s, 1, 2, 5, 10 min between its tries, then half an hour each time', () => {
    const town = new Town()
    const waits: number[] = []
    for (let i = 0; i < 8; i += 1) {
      town.run(shell, i + 1, 'launch_failed')
      const gate = town.gate('agent:shell')
      waits.push(gate.state === 'shut' ? (gate.until - town.now) / minute : 0)
      if (i === 2) expect(gate).toMatchObject({ reason: expect.stringContaining('try 3 of 5') })
      if (i > 4) expect(gate).toMatchObject({ reason: expect.stringContaining('try 5 of 5') })
      town.passUntilProbed('agent:shell')
    }
    expect(waits).toEqual([0.5, 1, 2, 5, 10, 30, 30, 30])
    expect(town.gate('host:h1')).toEqual({ state: 'passing' })
  })

  test('one start that failed is no incident; the third in a row is one, and the same from then on', () => {
    const town = new Town()
    const opened: number[] = []
    for (let i = 0; i < 5; i += 1) {
      town.run(shell, i + 1, 'launch_failed')
      opened.push(town.incidents.length)
      town.passUntilProbed('agent:shell')
    }
    expect(opened).toEqual([0, 0, 1, 2, 3])
    expect(new Set(town.incidents.map((move) => move.key))).toEqual(new Set(['gate:agent:shell']))
  })

  test('three failed starts on two agents are the host’s', () => {
    const town = new Town()
    const other = plain('other')
    town.run(shell, 1, 'launch_failed')
    town.run(other, 2, 'launch_failed')
    town.pass(minute)
    town.run(shell, 3, 'launch_failed')
    expect(town.gate('host:h1')).toMatchObject({ state: 'shut', until: town.now + minute })
  })

  test('a start on the host clears its streak: another agent’s trouble stays its own', () => {
    const town = new Town()
    for (let task = 1; task < 20; task += 1) {
      town.run(shell, task, 'launch_failed')
      town.run(plain('fine'), 100 + task, 'task_failed')
      town.pass(31 * minute)
    }
    expect(town.gate('host:h1')).toEqual({ state: 'passing' })
  })

  test('no network is the provider’s, and the host’s once two providers are out of reach there', () => {
    const town = new Town()
    const codi = claude('codi', { provider: 'openai', cli: 'codex' })
    for (const [agent, task] of [
      [ann, 1],
      [codi, 2],
      [ann, 3],
    ] as const)
      town.run(agent, task, 'network')
    expect(town.outOfOrder()).toEqual(['host:h1'])
  })
})

describe('limits', () => {
  test('a stated reset is waited for, with a little more, and exactly one canary goes after it', () => {
    const town = new Town()
    const resetAt = town.now + 5 * 60 * minute
    town.run(ann, 1, 'rate_limited', { resetAt })
    const gate = town.gate('account:anthropic-default')
    expect(gate).toMatchObject({ state: 'shut' })
    const until = gate.state === 'shut' ? gate.until : 0
    expect(until - resetAt).toBeGreaterThan(0)
    expect(until - resetAt).toBeLessThanOrEqual(30_000)
    town.pass(until - town.now - 1)
    expect(town.claim(ann, 2)).toBeNull()
    town.pass(1)
    expect(
      [town.claim(ann, 2), town.claim(bob, 3), town.claim(ann, 4)].filter((id) => id !== null),
    ).toHaveLength(1)
  })

  test('the other account goes on', () => {
    const town = new Town()
    const second = claude('cid', { account: 'team' })
    town.run(ann, 1, 'rate_limited', { resetAt: town.now + 60 * minute })
    expect(town.run(second, 2, 'success')).toBe(true)
    expect(town.run(bob, 3, 'success')).toBe(false)
  })

  test('a throttle without a reset waits 1, 2, 5, 10, 30 min, the last for ever', () => {
    const town = new Town()
    const waits: number[] = []
    for (let task = 1; task <= 7; task += 1) {
      town.run(ann, task, 'rate_limited')
      const gate = town.gate('account:anthropic-default')
      waits.push(gate.state === 'shut' ? (gate.until - town.now) / minute : 0)
      town.passUntilProbed('account:anthropic-default')
    }
    expect(waits).toEqual([1, 2, 5, 10, 30, 30, 30])
  })

  test('a reset that keeps moving a second ahead is not believed at full pace (incident 33)', () => {
    const town = new Town()
    const end = town.now + 24 * 60 * minute
    let attempts = 0
    while (town.now < end) {
      if (town.run(ann, ++attempts, 'rate_limited', { resetAt: town.now + 1_000 })) continue
      attempts -= 1
      town.passUntilProbed('account:anthropic-default')
    }
    expect(attempts).toBeLessThan(60)
  })

  test.each(['credits_depleted', 'auth_error'] as const)(
    '%s is pinned at once and no canary spends more of it',
    (name) => {
      const town = new Town()
      town.run(ann, 1, name)
      expect(town.gate('account:anthropic-default')).toMatchObject({
        state: 'pinned',
        by: 'midwatch',
        until: null,
      })
      town.pass(1_000 * 60 * minute)
      expect(town.claim(bob, 2)).toBeNull()
      expect(town.incidents).toMatchObject([
        { do: 'open', key: 'gate:account:anthropic-default', data: { needsPerson: true } },
      ])
    },
  )

  test('a limit of the plan is pinned, a throttle is not', () => {
    const town = new Town()
    town.run(ann, 1, 'rate_limited', { needsPerson: true })
    expect(town.gate('account:anthropic-default').state).toBe('pinned')
  })

  test('a refused flag pins the cli at the first attempt; agents of other clients go on', () => {
    const town = new Town()
    town.run(ann, 1, 'argument_error')
    expect(town.outOfOrder()).toEqual(['cli:claude'])
    expect(town.run(bob, 2, 'success')).toBe(false)
    expect(town.run(claude('codi', { provider: 'openai', cli: 'codex' }), 3, 'success')).toBe(true)
  })
})
