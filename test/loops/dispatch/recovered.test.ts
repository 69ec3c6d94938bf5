// A probing gate that nothing is left to try: its incident is over, nobody is alarmed, and the next task is its canary.

import { afterEach, expect, test } from 'vitest'

import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const client = ['account:team', 'cli:claude', 'provider:anthropic']

let town: DispatchTown
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(() => {
  expect(town.errors).toEqual([])
  return town.stop()
})
const open = async () =>
  (await town.store.incidents({ openOnly: true, limit: 9 })).map(({ key }) => key)
const settle = async (taskId: number) =>
  town.store.settleByHand({
    taskId,
    outcome: 'cancelled',
    by: 'ada',
    reason: 'not now',
    now: town.now,
  })

test('counts as recovered after ten quiet minutes, and is proven by the next task', async () => {
  let limited = true
  begin({
    agents: [{ name: 'ann', slots: 2, client }],
    fate: () => ({ ends: limited ? 'rate_limited' : 'success' }),
  })
  await town.add(1)
  await town.run(31_000)
  expect(await open()).toEqual(['gate:account:team'])
  await settle(1)
  await town.run(5 * minute)
  expect(await open()).toEqual(['gate:account:team']) // its wait is over; a task may yet come
  await town.run(10 * minute)
  expect(await open()).toEqual([])
  expect((await town.store.gates())[0]).toMatchObject({ state: 'probing', canary: null })
  limited = false
  await town.add(9)
  await town.run(minute)
  expect((await town.store.facts({ kinds: ['gate.canary'], limit: 9 })).length).toBe(1)
  await town.run(10 * minute)
  expect(await town.store.counts()).toMatchObject({ done: 9 })
  expect((await town.store.gates()).filter(({ state }) => state !== 'passing')).toEqual([])
})

test('a canary that fails later goes on with the same incident, or opens a new one after half an hour', async () => {
  begin({ agents: [{ name: 'ann', slots: 1, client }], fate: () => ({ ends: 'rate_limited' }) })
  await town.add(1)
  await town.run(31_000)
  await settle(1)
  await town.run(20 * minute)
  expect(await open()).toEqual([])
  await town.add(1)
  await town.run(minute)
  expect(await open()).toEqual(['gate:account:team'])
  expect((await town.store.incidents({ openOnly: false, limit: 9 })).length).toBe(1) // reopened
})

test('is not recovered while a task that could try it is only on a hold', async () => {
  begin({
    agents: [{ name: 'ann', slots: 1, client }],
    fate: () => ({ ends: 'rate_limited' }),
    backoffMs: [60 * minute],
  })
  await town.add(1)
  await town.run(40 * minute)
  expect(await open()).toEqual(['gate:account:team'])
})
