// S1: three failures shut a gate that only a person could open, and the alarm was a task in the queue that stood. Here a gate
// probes by itself, comes back slowly, waits for a person only where nothing else helps, and tells once; no alarm is a task.

import { afterEach, expect, test } from 'vitest'

import { type NotifyDeps, tellDue } from '../../../src/loops/notify/notify.ts'
import type { Message } from '../../../src/drivers/notifiers/contract.ts'
import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const client = ['account:anthropic-default', 'cli:claude', 'provider:anthropic']

let town: DispatchTown
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(() => {
  expect(town.errors).toEqual([])
  return town.stop()
})

const ann = (slots = 1) => [{ name: 'ann', slots, client }]
const gate = async (lane: string) => (await town.store.gates()).find((one) => one.lane === lane)

/** Lets time go on and tells people of what there is to tell, as the daemon does. */
async function pass(ms: number, told: Message[]): Promise<void> {
  const deps: NotifyDeps = {
    store: town.store,
    clock: { now: () => town.now } as NotifyDeps['clock'],
    fleet: 'test',
    lookEveryMs: () => 1_000,
    notifiers: () => [{ name: 'person', tell: async (message) => void told.push(message) }],
    onError: (_where, error) => void town.errors.push(error),
  }
  for (let passed = 0; passed < ms; passed += 5 * minute) {
    await town.run(5 * minute)
    await tellDue(deps, new Set(), new AbortController().signal)
  }
}

test('three passing failures, alike or not, shut the lane; after its wait one probe goes, then 1, 2, 4 at a time', async () => {
  let failing = 3
  begin({
    agents: ann(8),
    fate: ({ attempt }) =>
      failing-- > 0
        ? { ends: attempt % 2 === 0 ? 'overloaded' : 'network', afterMs: 1_000 }
        : { ends: 'success', afterMs: minute },
  })
  await town.add(3)
  await town.run(20_000)
  expect(await gate('provider:anthropic')).toMatchObject({ state: 'shut' })
  await town.add(40)
  const before = town.started
  await town.run(30_000)
  expect(town.started).toBe(before) // nothing passes before its time
  await town.run(40_000)
  expect(town.started).toBe(before + 1) // one canary
  await town.run(20 * minute)
  expect(await town.store.counts()).toMatchObject({ done: 43, failed: 0 })
  const ramps = (await town.store.facts({ kinds: ['gate.passing', 'gate.ramped'], limit: 99 }))
    .map(({ body }) => body)
    .flatMap((body) => ('ramp' in body ? [body.ramp] : []))
  expect(ramps).toEqual([1, 2, 4, null])
})

test('a plan limit without a stated end waits for a person, who is told once; no probe spends quota; a reset brings it back', async () => {
  let paid = false
  const told: Message[] = []
  begin({
    agents: ann(2),
    fate: () =>
      paid ? { ends: 'success' } : { ends: 'rate_limited', more: { needsPerson: true } },
  })
  await town.add(10)
  await pass(48 * hour, told)
  expect(town.started).toBeLessThanOrEqual(2)
  expect(await gate('account:anthropic-default')).toMatchObject({ state: 'pinned', until: null })
  expect(told.map(({ what, needsPerson }) => [what, needsPerson])).toEqual([['opened', true]])
  paid = true
  const lane = 'account:anthropic-default'
  await town.store.resetGate({ lane, by: 'ada', reason: 'paid', now: town.now })
  await pass(hour, told)
  expect(await town.store.counts()).toMatchObject({ done: 10, failed: 0 })
  expect(told.map(({ what }) => what)).toEqual(['opened', 'resolved'])
  expect(told[1]?.text).toMatch(/attempts spent: \d/)
  expect(told[1]?.text).toMatch(/tasks touched: \d/)
})

test('a throttle without a stated end is probed after 1, 2, 5, 10, 30 and again 30 minutes, as one incident', async () => {
  const told: Message[] = []
  begin({ agents: ann(), fate: () => ({ ends: 'rate_limited' }) })
  await town.add(40)
  await pass(3 * hour, told)
  const shuts = (await town.store.facts({ kinds: ['gate.shut'], limit: 99 })).flatMap(
    ({ at, body }) => (body.kind === 'gate.shut' ? [(body.until - at) / minute] : []),
  )
  const wanted = [1, 2, 5, 10, 30, 30]
  expect(shuts.length).toBeGreaterThan(5)
  for (const [nth, wait] of shuts.entries())
    expect(wait / (wanted[Math.min(nth, 5)] ?? 0)).toBeCloseTo(1, 0)
  expect(told.map(({ what }) => what)).toEqual(['opened'])
  const [incident] = await town.store.incidents({ openOnly: true, limit: 9 })
  expect(incident?.count).toBe(shuts.length)
  expect((await town.store.incidents({ openOnly: false, limit: 9 })).length).toBe(1)
})

test('whatever goes wrong, nothing that tells of it is a task', async () => {
  const told: Message[] = []
  begin({ agents: ann(4), fate: () => ({ ends: 'auth_error' }) })
  await town.add(9)
  await pass(12 * hour, told)
  const { held, ready, taken, done, failed, cancelled } = await town.store.counts()
  expect(held + ready + taken + done + failed + cancelled).toBe(9)
  expect(told).toHaveLength(1)
})

test('a gate that a person pinned opens for nobody else’s word, and at its own time', async () => {
  begin({ agents: ann(), fate: () => ({ ends: 'success' }) })
  const pin = { lane: 'fleet', by: 'ada', reason: 'a deploy', until: town.now + hour }
  await town.store.pin({ ...pin, now: town.now })
  await town.add(3)
  await town.happens({ kind: 'config.loaded', hash: 'h', diff: [], lanes: ['fleet'] })
  await town.happens({ kind: 'gate.tested', lane: 'fleet', passed: true, by: 'a test' })
  await town.run(50 * minute)
  expect(town.started).toBe(0)
  await town.run(20 * minute)
  expect(await town.store.counts()).toMatchObject({ done: 3 })
})
