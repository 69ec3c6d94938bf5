// Incidents 21 and 52: a session silent for five days and fourteen hours that still held its claim; and a host that shared its fate with the
// network and with who watched it: for 46 hours nobody was told. Here another host takes the work over, and silence itself tells.

import { expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import { keepSupervised, pingsIn } from '../../../sim/supervised.ts'
import { fleet, hour, isSettled, minute, powerFails, runs, townOf, work } from './language.ts'

test('work of a host that is gone for days is taken over within lease and grace (incident 21)', async () => {
  const limits = { leaseMs: 15 * minute, leaseGraceMs: minute, pollMs: 5 * minute }
  const town = townOf([
    fleet({ hosts: 2, agents: 9, agentSlots: 1, limits }),
    work('w0', { workMs: 20 * minute }),
  ])
  await runs('w0')(town)
  const first = town.sessions('w0')[0]?.host === 'h0' ? 0 : 1
  const beganMs = town.world.time.nowMs
  const gone = town.machine(first)
  gone.crash()
  town.setting.keeper.life(gone)?.end()
  await isSettled('w0')(town)
  expect(town.world.time.nowMs - beganMs).toBeLessThan((16 + 10 + 25) * minute)
  await town.goOn(134 * hour)
  gone.boot()
  town.setting.keeper.start(gone)
  await town.goOn(hour)
  const [lost, done, ...more] = await town.attempts('w0')
  expect(more).toEqual([])
  expect(lost?.verdict).toMatchObject({ class: 'lost', blame: 'host' })
  expect(done).toMatchObject({ host: town.machine(1 - first).name, verdict: { class: 'success' } })
  expect(await town.facts('task.returned', 'w0')).toMatchObject([{ charged: false }])
  expect(town.setting.violations).toEqual([])
}, 60_000)

const outside = (config: FleetConfig): FleetConfig => ({
  ...config,
  sentinel: { patienceMs: 6 * minute, restartWaitsMs: [0], remedy: null },
  deadman: { url: 'http://there', everyMs: 10 * minute },
})

test('while a host, its network and its watchers are gone together nobody says that all is well (incident 52)', async () => {
  const town = townOf([fleet({ configured: outside, limits: { pollMs: minute } })], {
    keep: keepSupervised,
    options: () => ({ pulses: true }),
  })
  const { world, keeper } = town.setting
  const pings = () => pingsIn(world).length
  const saidIn = async (ms: number): Promise<number> => {
    const before = pings()
    await town.goOn(ms)
    return pings() - before
  }
  expect(await saidIn(2 * hour)).toBeGreaterThan(9)
  const before = pings()
  await powerFails(46 * hour)(town)
  expect(pings()).toBe(before)
  expect(await saidIn(2 * hour)).toBeGreaterThan(9)
  // Nor while dispatcher and supervisor stand still together, so that nobody restarts anything.
  const machine = town.machine(0)
  const still = [keeper.life(machine), keeper.supervisor(machine)]
  for (const life of still) life?.hang(world.time.nowMs)
  await town.goOn(15 * minute)
  expect(await saidIn(3 * hour)).toBe(0)
  for (const life of still) life?.wake(world.time.nowMs)
  await town.goOn(hour)
  expect(await saidIn(2 * hour)).toBeGreaterThan(9)
}, 60_000)
