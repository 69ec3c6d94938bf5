// Incidents 8 and 48: an alert counted as sent although nobody had taken it, and was never sent again; and a repair of the mail sent what
// was months old. Here nothing is told before somebody took it, then it is told once; what was over meanwhile is history.

import { expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import { arrivedIn } from '../../../sim/notifier.ts'
import { fleet, hour, minute, serves, type Town, townOf, work } from './language.ts'

const gate = 'gate:provider:anthropic'
const refs = ['w0', 'w1', 'w2', 'w3']

/** Clients of one service. */
const oneService = (config: FleetConfig): FleetConfig => ({
  ...config,
  agents: config.agents.map(({ provider: _one, account: _two, ...agent }) => ({
    ...agent,
    adapter: 'claude',
  })),
})
const short = refs.map((ref) => work(ref, { workMs: 2 * minute }))
const fleetOf = (limits = {}) => fleet({ configured: oneService, limits })
const incident = async (town: Town) =>
  (await town.world.store.incidents({ openOnly: false, limit: 9 })).find(({ key }) => key === gate)
const mails = (town: Town) => arrivedIn(town.world).map(({ what, key }) => `${key} ${what}`)

test('an alert that nobody took is not told; it is told once when somebody does (incident 48)', async () => {
  const town = townOf([fleetOf(), ...short])
  serves({ overloaded: true, deafPeople: true })(town)
  await town.until('the gate is shut', async () => (await incident(town)) !== undefined)
  await town.goOn(3 * hour)
  expect(mails(town)).toEqual([])
  expect((await incident(town))?.toldAt).toBeNull()
  serves({ deafPeople: false })(town)
  await town.goOn(2 * hour)
  expect(mails(town)).toEqual([`${gate} opened`])
  expect((await incident(town))?.toldAt).not.toBeNull()
  serves({ overloaded: false })(town)
  await town.until('all is done', async () => (await town.world.store.counts()).done === 4)
  await town.goOn(hour)
  expect(mails(town)).toEqual([`${gate} opened`, `${gate} resolved`])
}, 60_000)

test('what was over before anybody could be told is no news two months later (incident 8)', async () => {
  const town = townOf([fleetOf({ pollMs: 5 * minute, leaseMs: hour }), ...short])
  serves({ overloaded: true, deafPeople: true })(town)
  await town.until('the gate is shut', async () => (await incident(town)) !== undefined)
  await town.goOn(2 * hour)
  serves({ overloaded: false })(town)
  await town.until('it is over', async () => (await incident(town))?.resolvedAt !== null)
  // The fleet stands still for two months, and somebody mends the mail.
  const machine = town.machine(0)
  machine.crash()
  town.setting.keeper.life(machine)?.end()
  await town.goOn(60 * 24 * hour)
  serves({ deafPeople: false })(town)
  machine.boot()
  town.setting.keeper.start(machine)
  await town.goOn(6 * hour)
  expect(mails(town)).toEqual([])
  expect((await town.world.store.counts()).done).toBe(4)
}, 60_000)
