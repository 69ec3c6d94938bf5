// The dispatch loop and its gates, over days of simulated time: what a fleet goes through, and what it costs.

import { afterEach, expect, test } from 'vitest'

import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const client = ['account:team', 'cli:claude', 'provider:anthropic']
const second = ['account:own', 'cli:claude', 'provider:anthropic']
const codex = ['account:openai-default', 'cli:codex', 'provider:openai']

let town: DispatchTown | null = null
afterEach(async () => {
  const it = town
  town = null
  await it?.stop()
  expect(it?.errors ?? []).toEqual([])
})
const begin = (options: TownOptions): DispatchTown => {
  town = new DispatchTown(options)
  return town
}

const openIncidents = async (it: DispatchTown) => it.store.incidents({ openOnly: true, limit: 50 })
const allIncidents = async (it: DispatchTown) => it.store.incidents({ openOnly: false, limit: 50 })

test('44 hours with a flag the client refuses: no task fails, one incident, and all run after the fix, ramped up (S3)', async () => {
  let mended = false
  const it = begin({
    agents: [
      { name: 'ann', slots: 8, client },
      { name: 'codi', slots: 1, client: codex },
    ],
    fate: ({ agent }) => ({
      ends: mended || agent === 'codi' ? 'success' : 'argument_error',
      afterMs: 20_000,
    }),
  })
  await it.add(64, 'prompt', 5, 'ann')
  await it.add(20, 'prompt', 5, 'codi')
  await it.run(44 * hour)
  expect(await it.store.counts()).toMatchObject({ failed: 0, done: 20, ready: 64 })
  expect(it.started - 20).toBeLessThanOrEqual(8) // those that were under way together, and none since
  expect(await openIncidents(it)).toMatchObject([
    { key: 'gate:cli:claude', data: { needsPerson: true, classes: { argument_error: 1 } } },
  ])
  mended = true
  await it.happens({
    kind: 'config.loaded',
    hash: 'new',
    diff: [],
    lanes: ['cli:claude', 'agent:ann'],
  })
  await it.run(30 * minute)
  expect(await it.store.counts()).toMatchObject({
    done: 84,
    failed: 0,
    ready: 0,
    held: 0,
    taken: 0,
  })
  expect(await openIncidents(it)).toEqual([])
  expect(await allIncidents(it)).toHaveLength(1)
  const steps = await it.store.facts({ kinds: ['gate.passing', 'gate.ramped'], limit: 99 })
  const ofClient = steps.flatMap(({ body }) =>
    'lane' in body && body.lane === 'cli:claude' && 'ramp' in body ? [body.ramp] : [],
  )
  expect(ofClient).toEqual([1, 2, 4, null])
})

test('a limit with a reset five hours ahead: the other account goes on, and one probe goes after the reset', async () => {
  const resetAt = 1_800_000_000_000 + 5 * hour
  const it = begin({
    agents: [
      { name: 'ann', slots: 4, client },
      { name: 'bob', slots: 1, client: second },
    ],
    fate: ({ agent, now }) =>
      agent === 'ann' && now < resetAt
        ? { ends: 'rate_limited', more: { resetAt } }
        : { ends: 'success', afterMs: 10 * minute },
  })
  await it.add(200)
  await it.run(5 * hour - minute)
  const claims = async () =>
    (await it.store.facts({ kinds: ['attempt.claimed'], limit: 10_000 })).filter(
      (one) => one.body.kind === 'attempt.claimed' && one.body.agent === 'ann',
    )
  const before = (await claims()).length
  expect(before).toBeLessThanOrEqual(4)
  expect((await it.store.counts()).done).toBeGreaterThan(20)
  await it.run(minute + 40_000)
  expect((await claims()).length).toBeGreaterThan(before)
  const first = (await claims())[before]
  expect(first?.at).toBeGreaterThanOrEqual(resetAt)
  expect((await it.store.facts({ kinds: ['gate.canary'], limit: 99 })).length).toBe(1)
  await it.run(20 * minute)
  expect((await it.store.gates()).filter((gate) => gate.state !== 'passing')).toEqual([])
})

test('an outage of a night fails no task and costs few attempts; all is done soon after it', async () => {
  let out = true
  const it = begin({
    agents: [{ name: 'ann', slots: 8, client }],
    fate: () => (out ? { ends: 'overloaded' } : { ends: 'success' }),
  })
  await it.add(30)
  await it.run(8 * hour)
  expect(it.started).toBeLessThan(45)
  expect(await it.store.counts()).toMatchObject({ failed: 0, done: 0 })
  out = false
  await it.run(45 * minute)
  expect(await it.store.counts()).toMatchObject({ done: 30, failed: 0 })
  expect(await allIncidents(it)).toMatchObject([
    { key: 'gate:provider:anthropic', resolvedBy: expect.stringContaining('attempt') },
  ])
})

test('one failing command, alone, still settles as failed after its attempts', async () => {
  const it = begin({ agents: [{ name: 'shell', slots: 2 }], fate: () => ({ ends: 'task_failed' }) })
  await it.add(1, 'command', 3)
  await it.run(hour)
  expect(await it.store.counts()).toMatchObject({ failed: 1 })
  expect(it.started).toBe(3)
})

test('calls that a client swallows are nobody’s while all are swallowed, and the task’s once others pass', async () => {
  let swallowed = true
  const it = begin({
    agents: [{ name: 'ann', slots: 2, client }],
    fate: ({ task }) => ({ ends: swallowed || task === 1 ? 'hollow' : 'success' }),
    backoffMs: [30_000, minute],
  })
  await it.add(6, 'prompt', 3)
  await it.run(10 * minute)
  expect(await it.store.counts()).toMatchObject({ failed: 0, done: 0 })
  swallowed = false
  await it.run(90 * minute)
  expect(await it.store.counts()).toMatchObject({ failed: 1, done: 5 })
})

test('a lone prompt whose calls are swallowed settles as failed: there is nothing to compare it with', async () => {
  const it = begin({
    agents: [{ name: 'ann', slots: 1, client }],
    fate: () => ({ ends: 'hollow' }),
  })
  await it.add(1, 'prompt', 3)
  await it.run(2 * hour)
  expect(await it.store.counts()).toMatchObject({ failed: 1 })
})

test('no task is settled as failed while one of its lanes is not passing', async () => {
  const it = begin({
    agents: [{ name: 'shell', slots: 1 }],
    fate: () => ({ ends: 'task_failed', afterMs: 10 * minute }),
  })
  await it.add(1, 'command', 1)
  await it.run(minute)
  await it.store.pin({
    lane: 'agent:shell',
    by: 'ann',
    reason: 'an outage',
    until: it.now + 2 * hour,
    now: it.now,
  })
  await it.run(hour)
  expect(await it.store.counts()).toMatchObject({ failed: 0 })
  await it.run(2 * hour)
  expect(await it.store.counts()).toMatchObject({ failed: 1 })
})

test('few tasks that nobody can be charged for are held for hours, told of, and never failed', async () => {
  const it = begin({
    agents: [{ name: 'ann', slots: 1, client }],
    fate: () => ({ ends: 'unknown' }),
  })
  await it.add(1)
  await it.run(36 * hour)
  expect(await it.store.counts()).toMatchObject({ failed: 0, held: 1 })
  expect(it.started).toBeLessThan(16)
  expect(await openIncidents(it)).toMatchObject([{ key: 'stuck:1' }])
})

test('starts that a host refuses: one incident for the host, and work goes on once it is mended', async () => {
  let broken = true
  const it = begin({
    agents: [
      { name: 'shell', slots: 4 },
      { name: 'make', slots: 4 },
    ],
    fate: () => ({ ends: broken ? 'launch_failed' : 'success' }),
  })
  await it.add(40, 'command')
  await it.run(3 * hour)
  expect((await openIncidents(it)).map((one) => one.key)).toEqual(['gate:host:h1'])
  expect(await it.store.counts()).toMatchObject({ failed: 0 })
  const spent = it.started
  expect(spent).toBeLessThan(30)
  broken = false
  await it.happens({ kind: 'host.returned', host: 'h1', bootId: 'b2', why: 'boot' })
  await it.run(15 * minute)
  expect((await it.store.counts()).done).toBeGreaterThan(30)
  await it.run(hour)
  expect(await it.store.counts()).toMatchObject({ done: 40, failed: 0 })
  expect(await openIncidents(it)).toEqual([])
})
