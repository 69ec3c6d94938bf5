// Incidents 50 and 51: a healthy fleet without work is left alone for a week, with the real supervisor, daemon and sentinel; and
// so is one that also prunes, copies its database, reports, keeps a budget and lets sensors look.

import { expect, test } from 'vitest'

import { present } from '../../../src/base/assert.ts'
import { householdOf, simulatedHouse } from '../../../sim/housekeeping.ts'
import { arrivedIn } from '../../../sim/notifier.ts'
import { mailboxOf } from '../../../sim/post.ts'
import { keepSupervised, pingsIn, saidIn } from '../../../sim/supervised.ts'
import type { Otherwise } from '../../../sim/run.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import { defaultKeep } from '../../../src/model/keeping.ts'
import { fleet, hour, minute, type Town, townOf, work } from './language.ts'

const day = 24 * hour

const watched = (config: FleetConfig): FleetConfig => ({
  ...config,
  sentinel: { patienceMs: 30 * minute, restartWaitsMs: [0], remedy: null },
  deadman: { url: 'http://there', everyMs: hour },
})

/** Seven days, and what was seen of them: nothing. */
async function leftAlone(town: Town): Promise<void> {
  const { world, violations } = town.setting
  await world.time.run(world.time.nowMs + 7 * day)
  expect(await world.store.incidents({ openOnly: false, limit: 9 })).toEqual([])
  const kinds = ['restart.asked', 'restart.answered', 'process.ended', 'sentinel.slept'] as const
  expect(await world.store.facts({ kinds: [...kinds], limit: 9 })).toEqual([])
  expect(await world.store.facts({ kinds: ['process.started'], limit: 9 })).toHaveLength(2)
  expect(await world.store.openRestarts('h0')).toEqual([])
  expect([...world.truth.counts].filter(([what]) => what.endsWith(' died'))).toEqual([])
  // A report is no alarm, and names no incident.
  expect(arrivedIn(world).filter(({ key }) => key !== '')).toEqual([])
  expect(saidIn(world)).toEqual([])
  expect(pingsIn(world).length).toBeGreaterThan(7 * 24 - 8)
  expect(violations).toEqual([])
}

test('a healthy fleet without work is left alone for seven days by those who watch it', async () => {
  const otherwise: Otherwise = { keep: keepSupervised, options: () => ({ pulses: true }) }
  await leftAlone(townOf([fleet({ configured: watched })], otherwise))
}, 120_000)

test('and so is one that prunes, copies its database, reports, keeps a budget and lets sensors look', async () => {
  const configured = (config: FleetConfig): FleetConfig => ({
    ...watched(config),
    keep: { ...defaultKeep, tasksMs: day },
    report: { cron: '0 7 * * *', timezone: 'UTC', to: [], sinceMs: day },
    budget: {
      ...{ prices: {}, accounts: {}, attemptUsd: null, taskUsd: null, reserve: 0 },
      fleet: { dayUsd: 10, monthUsd: null },
    },
    sensors: [
      {
        ...{ name: 'inbox', everyMs: 5 * minute, timeoutMs: minute, perDay: 5, scope: 'open' },
        staleMs: null,
        order: { agent: null, tier: null, priority: 0, labels: [] },
        source: { kind: 'command', run: 'look' },
      },
    ],
  })
  let town: Town | null = null
  town = townOf([fleet({ configured }), work('w0', { kind: 'command', workMs: minute })], {
    keep: keepSupervised,
    options: (machine) => {
      const { trimmer: _idle, ...house } = simulatedHouse(
        present(town, 'it is there').world,
        machine,
      )
      return { pulses: true, house }
    },
  })
  const house = householdOf(town.machine(0))
  await leftAlone(town)
  const { world } = town
  expect(house.copies).toHaveLength(7)
  expect(house.looks).toBeGreaterThan(7 * 280)
  expect([...mailboxOf(world).values()]).toEqual(Array.from({ length: 7 }, () => 1))
  const told = await world.store.mechanisms()
  expect(told.filter(({ stuckSince }) => stuckSince !== null)).toEqual([])
  const moved = told.filter((one) => one.moved > 0).map(({ name }) => name)
  expect(moved).toEqual(expect.arrayContaining(['backup', 'claim', 'prune', 'report']))
}, 120_000)
