// Whoever watches may die as well, before or after anything it asks of its surroundings: its supervisor starts another one,
// which goes on with what the dead one left; the dispatcher, its sessions and its tasks notice nothing.

import { expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import type { Life } from '../../../sim/mortal.ts'
import { arrivedIn } from '../../../sim/notifier.ts'
import { keepSupervised } from '../../../sim/supervised.ts'
import { fleet, type Given, minute, type Town, townOf, work } from './language.ts'

const deaths = 24
const refs = Array.from({ length: deaths }, (_none, i) => `w${i}`)

const watched = (config: FleetConfig): FleetConfig => ({
  ...config,
  sentinel: { patienceMs: 6 * minute, restartWaitsMs: [0], remedy: null },
})

/** A supervised town, and the life of its sentinel now. */
function townWatched(works: readonly Given[]): { town: Town; sentinel: () => Life | null } {
  const town = townOf([fleet({ configured: watched }), ...works], {
    keep: keepSupervised,
    options: () => ({ pulses: true }),
  })
  return { town, sentinel: () => town.setting.keeper.sentinel(town.machine(0)) }
}

test('a sentinel that dies at any of its calls is started again, and nobody else is disturbed', async () => {
  const { town, sentinel } = townWatched(
    refs.map((ref, i) => work(ref, { atMs: i * 10 * minute, workMs: 8 * minute })),
  )
  const { world, violations } = town.setting
  const died = new Set<unknown>()
  for (let i = 0; i < deaths; i += 1) {
    await town.until('a sentinel watches', () => sentinel()?.alive === true)
    const life = sentinel()
    life?.doom(i + 1)
    await town.until('it died', () => life?.alive === false)
    died.add(life)
    await town.goOn(8 * minute)
  }
  await town.until('all is done', async () => (await world.store.counts()).done === refs.length)
  expect(died.size).toBe(deaths)
  expect(world.truth.counts.get('sentinel started')).toBe(deaths + 1)
  expect(world.truth.counts.get('daemon started')).toBe(1)
  expect(await town.facts('restart.asked')).toEqual([])
  const { tasks } = await world.store.tasks({ limit: 99 })
  expect(tasks.map(({ attempts }) => attempts)).toEqual(refs.map(() => 1))
  expect(violations).toEqual([])
}, 60_000)

test('a dispatcher that stands still is restarted, wherever the sentinel that saw it died', async () => {
  const { town, sentinel } = townWatched([work('w0')])
  const { world, keeper, violations } = town.setting
  const rounds = 12
  for (let i = 0; i < rounds; i += 1) {
    await town.until(
      'both live',
      () => !!keeper.daemon(town.machine(0)) && sentinel()?.alive === true,
    )
    const [daemon, watcher] = [keeper.life(town.machine(0)), sentinel()]
    daemon?.hang(world.time.nowMs)
    await town.goOn(6 * minute - 1)
    watcher?.doom(i + 1)
    await town.until('the sentinel died', () => watcher?.alive === false)
    await town.until('the dispatcher was ended', () => daemon?.alive === false)
    await town.goOn(10 * minute)
  }
  expect(world.truth.counts.get('daemon started')).toBe(rounds + 1)
  const told = arrivedIn(world).flatMap(({ key, what }) => (key === 'silent:h0' ? [what] : []))
  expect(told).toEqual(Array.from({ length: rounds }, () => ['opened', 'resolved']).flat())
  expect(await world.store.openRestarts('h0')).toEqual([])
  expect((await world.store.counts()).done).toBe(1)
  expect(violations).toEqual([])
}, 60_000)
