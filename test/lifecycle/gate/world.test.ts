// What the world does to gates, and what people are told of it.

import { describe, expect, test } from 'vitest'

import { claude, plain, Town } from '../../support/lanes.ts'

const minute = 60_000
const ann = claude('ann')
const shell = plain('shell')
const account = 'account:anthropic-default'

describe('what the world does', () => {
  const loaded = (lanes: string[]) => ({
    kind: 'config.loaded' as const,
    hash: 'abcdef123',
    diff: [],
    lanes,
  })

  test('another configuration lets a pinned lane be probed', () => {
    const town = new Town()
    town.run(ann, 1, 'model_unavailable')
    expect(town.gate('agent:ann')).toMatchObject({ state: 'pinned', by: 'midwatch' })
    town.world(loaded(['agent:bob']))
    town.fold()
    expect(town.gate('agent:ann').state).toBe('pinned')
    town.world(loaded(['agent:ann']))
    town.fold()
    expect(town.gate('agent:ann')).toMatchObject({ state: 'probing', canary: null })
  })

  test('a host that comes back is probed at once, with its agents; a pinned one waits for its person', () => {
    const town = new Town()
    town.run(shell, 1, 'launch_failed')
    town.run(plain('other'), 2, 'launch_failed')
    town.pass(minute)
    town.run(shell, 3, 'launch_failed')
    town.run(claude('eve', { host: 'h2' }), 4, 'model_unavailable')
    expect(town.outOfOrder()).toEqual(['agent:eve', 'agent:other', 'agent:shell', 'host:h1'])
    town.world({ kind: 'host.returned', host: 'h1', bootId: 'b2', why: 'boot' })
    town.fold()
    expect(['agent:other', 'agent:shell', 'host:h1'].map((lane) => town.gate(lane).state)).toEqual([
      'probing',
      'probing',
      'probing',
    ])
    expect(town.gate('agent:eve').state).toBe('pinned')
    expect(town.run(shell, 5, 'success')).toBe(true)
    expect(town.outOfOrder()).toEqual(['agent:eve', 'agent:other'])
  })

  test('a passing self-test opens the way to a canary, a failing one keeps a probing lane shut', () => {
    const town = new Town()
    town.run(ann, 1, 'credits_depleted')
    town.world({ kind: 'gate.tested', lane: account, passed: false, by: 'self-test' })
    town.fold()
    expect(town.gate(account).state).toBe('pinned')
    town.world({ kind: 'gate.tested', lane: account, passed: true, by: 'self-test' })
    town.fold()
    expect(town.gate(account).state).toBe('probing')
    town.world({ kind: 'gate.tested', lane: account, passed: false, by: 'self-test' })
    town.fold()
    expect(town.gate(account).state).toBe('shut')
  })

  test('three losses on a host within a minute are one incident and no shut gate; a start ends it', () => {
    const town = new Town()
    const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((task) => town.start(shell, task))
    for (const id of ids) town.end(id, 'lost')
    town.fold()
    expect(town.outOfOrder()).toEqual([])
    expect(new Set(town.incidents.map((move) => move.key))).toEqual(new Set(['lost:host:h1']))
    town.run(shell, 10, 'success')
    expect(town.incidents.at(-1)).toMatchObject({ do: 'resolve', key: 'lost:host:h1' })
  })

  test.each([
    ['is being probed', { state: 'probing', since: 1, canary: null, reason: 'due' }],
    ['comes back slowly', { state: 'passing', ramp: 1 }],
    ['passes', { state: 'passing' }],
  ] as const)('a host that %s forgets its losses with the next start', (_, gate) => {
    const town = new Town()
    const host = town.lane('host:h1')
    town.put({ ...host, gate, memory: { ...host.memory, mass: true } })
    const id = town.start(shell, 1)
    expect(town.lane('host:h1').memory.mass).toBe(true)
    town.tell(id, 'attempt.confirmed')
    town.fold()
    expect(town.lane('host:h1').memory.mass).toBe(false)
  })

  test('three losses an hour apart are none', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) {
      town.run(shell, task, 'lost')
      town.pass(60 * minute)
    }
    expect(town.incidents).toEqual([])
  })
})

describe('incidents', () => {
  test('the incident of a host names the agents that were shut before it, and those that fail after', () => {
    const town = new Town()
    const late = town.start(plain('dan'), 9)
    for (const [i, name] of ['ann', 'bob', 'cid'].entries())
      town.run(plain(name), i + 1, 'launch_failed')
    const host = town.outOfOrder().find((lane) => lane.startsWith('host:')) ?? ''
    const key = `gate:${host}`
    const opened = town.incidents.filter((move) => move.do === 'open')
    const lanes = [host, 'agent:ann', 'agent:bob', 'agent:cid']
    expect(opened).toMatchObject([{ key, data: { lanes, attempts: 3 } }])
    expect(town.incidents).toHaveLength(1) // the third failure is counted once
    town.end(late, 'launch_failed')
    town.fold()
    expect(town.incidents.at(-1)).toMatchObject({ do: 'join', key, data: { lanes: ['agent:dan'] } })
    // Between two tries it has no incident of its own, and none that would be told of.
    expect(town.lane('agent:dan').memory.incident).toBeNull()
  })

  test('the widest lane gives the incident its name; narrower ones join it', () => {
    const town = new Town()
    for (const task of [1, 2, 3]) town.run(ann, task, 'unknown')
    expect(town.incidents.map((move) => `${move.do} ${move.key}`)).toEqual([
      'open gate:fleet',
      'join gate:fleet',
    ])
    expect(town.incidents).toMatchObject([
      { data: { classes: { unknown: 3 }, tasks: [1, 2, 3] } },
      { data: { lanes: ['agent:ann'] } },
    ])
  })

  test('an agent’s incident is absorbed when its host turns out to be the trouble', () => {
    const town = new Town()
    for (let task = 1; task <= 3; task += 1) {
      town.run(shell, task, 'launch_failed')
      town.passUntilProbed('agent:shell')
    }
    town.run(plain('other'), 4, 'launch_failed')
    expect(town.gate('host:h1').state).toBe('shut')
    expect(town.incidents.map((move) => `${move.do} ${move.key}`)).toEqual([
      'open gate:agent:shell',
      'open gate:host:h1',
      'absorb gate:agent:shell',
    ])
    expect(town.lane('agent:shell').memory.incident).toBe('gate:host:h1')
  })
})
