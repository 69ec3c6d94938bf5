// Incident 57: what was spent was charted and never enforced, for seventy hours. Here a cap shuts its lane before the next start; the
// work waits unharmed, and goes on by itself the next day.

import { expect, test } from 'vitest'

import { houseOf } from '../../../sim/housekeeping.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import { present } from '../../../src/base/assert.ts'
import { fleet, hour, minute, type Town, townOf, work } from './language.ts'

const capUsd = 0.05
const bounded = (config: FleetConfig): FleetConfig => ({
  ...config,
  budget: {
    ...{ prices: {}, accounts: {}, attemptUsd: null, taskUsd: null, reserve: 0, zone: 'UTC' },
    fleet: { dayUsd: capUsd, monthUsd: null },
  },
  agents: config.agents.map((agent) => ({ ...agent, adapter: 'claude' })),
})

const refs = Array.from({ length: 30 }, (_, i) => `w${i}`)

/** What its sessions told that they cost, day by day. */
async function spentByDay(town: Town): Promise<readonly number[]> {
  const days: number[] = []
  for (const ref of refs)
    for (const { usage, endedAt } of await town.attempts(ref)) {
      const day = Math.floor(((endedAt ?? 0) - Date.UTC(2026, 0, 5)) / (24 * hour))
      days[day] = (days[day] ?? 0) + (usage?.costUsd ?? 0)
    }
  return days
}

test('a day’s cap is kept by the fleet itself: the rest waits for the next day, and nothing pays for it (incident 57)', async () => {
  let town: Town | null = null
  town = townOf(
    [
      fleet({ configured: bounded, limits: { pollMs: minute } }),
      ...refs.map((ref) => work(ref, { workMs: 10 * minute })),
    ],
    {
      peopleAway: true,
      options: (machine) => ({ house: houseOf(present(town, 'it stands').world, machine) }),
    },
  )
  await town.goOn(20 * hour)
  const { done } = await town.world.store.counts()
  expect(done).toBeGreaterThan(2)
  expect(done).toBeLessThan(refs.length / 2)
  const gates = await town.world.store.gates()
  expect(gates.filter(({ state }) => state === 'pinned')).toMatchObject([{ by: 'budget' }])
  await town.goOn(8 * 24 * hour)
  expect(await town.world.store.counts()).toMatchObject({ done: refs.length, failed: 0 })
  const days = await spentByDay(town)
  expect(days.length).toBeGreaterThan(2)
  // What was under way when the cap was reached is all that may come on top.
  for (const usd of days) expect(usd ?? 0).toBeLessThan(capUsd + 6 * 0.01 + 1e-9)
  expect((await town.facts('task.returned')).filter(({ charged }) => charged)).toEqual([])
}, 60_000)
