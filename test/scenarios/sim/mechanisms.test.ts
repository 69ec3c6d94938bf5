// Every mechanism on a real fleet: where something keeps it from moving what it had to do, it says so itself, and the sentinel
// accuses exactly it; in a town where all of them have much to do and nothing is broken, nobody is accused.

import { describe, expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import { defaultKeep } from '../../../src/model/keeping.ts'
import { mechanismRows } from '../../../src/model/mechanism-rows.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import type { WindowPolicy } from '../../../src/model/window.ts'
import type { SensorConfig } from '../../../src/model/sensor.ts'
import { householdOf } from '../../../sim/housekeeping.ts'
import { scheduled } from '../../../sim/scheduled.ts'
import { type Given, hour, minute, second, work } from './language.ts'
import { type WatchedWords, type Watching, watchedTown } from './watched.ts'

const dayBegins = Date.UTC(2026, 0, 5)

interface Case {
  readonly words?: WatchedWords
  readonly given?: readonly Given[]
  readonly befalls: (watching: Watching) => void | Promise<void>
  /** The name under which it tells, where that is not its row's. */
  readonly tells?: string
  readonly forMs: number
}

const house = ({ town }: Watching) => householdOf(town.machine(0))
const fails =
  (...verbs: (keyof Store)[]): Case['befalls'] =>
  (watching) =>
    watching.fails(...verbs)
const nowOf = ({ town }: Watching) => Math.floor(town.world.time.nowMs)

const sensor: SensorConfig = {
  ...{ name: 'inbox', everyMs: 30 * minute, timeoutMs: minute, perDay: 90, scope: 'open' },
  staleMs: null,
  order: { agent: null, tier: null, priority: 0, labels: [] },
  source: { kind: 'command', run: 'look' },
}
const withSensor = (config: FleetConfig): FleetConfig => ({ ...config, sensors: [sensor] })
const line = (key: string, run: string) => JSON.stringify({ task: `letter ${key}`, key, run })
const withBudget = (config: FleetConfig): FleetConfig => ({
  ...config,
  budget: {
    ...{ prices: {}, accounts: {}, attemptUsd: null, taskUsd: null, reserve: 0 },
    fleet: { dayUsd: 1_000, monthUsd: null },
  },
})
const night: WindowPolicy = {
  ...{ name: 'night', clock: [], timezone: 'UTC', load: 0.5, memory: null, others: null },
  ...{ idleMs: null, headroom: null, forMs: 0, perWindow: null, perDay: null, maxWaitMs: null },
  ...{ escape: 'ask', labels: [], tellAfterMs: 12 * hour },
}
const withWindow = (config: FleetConfig): FleetConfig => ({ ...config, windows: [night] })
const withReport = (config: FleetConfig): FleetConfig => ({
  ...config,
  report: { cron: '0 2 * * *', timezone: 'UTC', to: [], sinceMs: 24 * hour },
})

/** A rule that finds what it cannot mend. */
const overlooked =
  (law: string): Case['befalls'] =>
  (watching) => {
    watching.fails('mend')
    watching.answers({ broken: async () => [{ law, id: 1, what: 'is broken' }] as never })
  }

/** For long spans: nobody looks often. */
const seldom = { limits: { pollMs: 40 * minute, leaseMs: 3 * hour } }

/** Claim is judged by `started`, and what persons do by nobody. */
const exempt = ['claim', 'person']

const cases: Readonly<Record<string, Case>> = {
  time: {
    given: [work('w0', { notBeforeMs: dayBegins + 10 * minute })],
    befalls: fails('releaseDue'),
    forMs: 30 * minute,
  },
  gates: { befalls: fails('probeDue'), forMs: 30 * minute },
  after: {
    given: [work('w0', { kind: 'command' })],
    befalls: overlooked('wait-is-answered'),
    forMs: 2 * hour,
  },
  review: {
    befalls: (watching) => {
      watching.fails('mendReview')
      watching.answers({ unreviewed: async () => [1] })
    },
    forMs: 2 * hour,
  },
  check: { befalls: fails('takeLooks'), forMs: 30 * minute },
  locks: { befalls: fails('sweepLocks'), forMs: 30 * minute },
  notify: {
    befalls: async (watching) => {
      watching.town.world.services.deafPeople = true
      const now = nowOf(watching)
      await watching.town.world.store.openIncident({ key: 'law:x', title: 'odd', now })
    },
    forMs: 3 * hour,
  },
  calm: {
    words: { configured: withWindow, patienceMs: hour, ...seldom, keepsHouse: false },
    given: [work('w0', { kind: 'command', traits: { calm: 'night' } })],
    befalls: ({ town }) => {
      town.machine(0).ails.loud = true
    },
    tells: 'calm:night',
    forMs: 26 * hour,
  },
  effects: { befalls: fails('openEffects'), forMs: 2 * hour },
  sensors: {
    words: { configured: withSensor, patienceMs: hour, ...seldom },
    befalls: (watching) => {
      house(watching).seen = line('a', 'true')
      watching.fails('enqueue')
    },
    tells: 'sensors:inbox',
    forMs: 27 * hour,
  },
  schedules: {
    words: { configured: (config) => ({ ...config, schedules: scheduled }) },
    befalls: fails('schedules'),
    forMs: hour,
  },
  prune: { befalls: fails('prune'), forMs: 30 * minute },
  backup: {
    befalls: (watching) => {
      house(watching).copies.length = 0
      house(watching).copiesFail = true
    },
    forMs: 2 * hour,
  },
  report: {
    words: { configured: withReport },
    befalls: ({ town }) => {
      town.world.services.deafPeople = true
    },
    forMs: 4 * hour,
  },
  vacuum: {
    words: { patienceMs: hour, ...seldom },
    befalls: (watching) =>
      void Object.assign(house(watching), { spareBytes: 1e9, compactingFails: true }),
    forMs: 26 * hour,
  },
  outputs: {
    words: { trims: true },
    given: [work('w0', { kind: 'command', workMs: 3 * hour, timeoutMs: 4 * hour })],
    befalls: (watching) => {
      house(watching).trimmingFails = true
    },
    forMs: hour,
  },
  budget: { words: { configured: withBudget }, befalls: fails('spent'), forMs: 30 * minute },
  worktrees: {
    words: {
      parts: (parts) => ({
        ...parts,
        workspaces: async () => ({
          ...(await parts.workspaces()),
          list: async () => {
            throw new Error('the disk is gone')
          },
        }),
      }),
    },
    befalls: () => {},
    forMs: 5 * hour,
  },
  reconcile: { befalls: fails('patrol'), words: { patienceMs: 30 * minute }, forMs: 8 * hour },
}

describe.each(Object.entries(cases))('%s', (name, one) => {
  test('says itself that it moves nothing, and is accused', async () => {
    const { words = {}, given = [], befalls, tells = name, forMs } = one
    const watching = await watchedTown(words, ...given)
    await watching.town.goOn(minute / 2)
    await befalls(watching)
    await watching.town.goOn(forMs)
    const told = await watching.told(tells)
    expect(told.waiting).toBeGreaterThan(0)
    expect(told.stuckSince).not.toBeNull()
    expect(await watching.accused()).toContain('moved')
    const [accused] = (await watching.found()).filter((found) => found.name === 'moved')
    expect(accused?.sentence).toMatch(new RegExp(`^${tells} on h0 has had something to do`))
  }, 60_000)
})

test('in a town where all of them have much to do nobody is accused, and each has moved something', async () => {
  const configured = (config: FleetConfig): FleetConfig => ({
    ...withSensor(withBudget(withReport(withWindow(config)))),
    schedules: scheduled,
    keep: { ...defaultKeep, tasksMs: 2 * hour, backupEveryMs: 4 * hour },
  })
  const reached = `reached ${dayBegins + 5 * hour}`
  const look = { look: 'command' as const, command: reached, cwd: '/work' }
  const watching = await watchedTown(
    { configured },
    ...Array.from({ length: 6 }, (_, i) => work(`w${i}`, { atMs: i * hour, verify: 'honest' })),
    ...['o0', 'o1', 'o2', 'o3'].map((ref) => work(ref, { atMs: 3 * hour + minute })),
    work('dated', { notBeforeMs: dayBegins + 2 * hour }),
    work('second', { after: 'w0', atMs: second }),
    work('calm', { kind: 'command', atMs: 2 * hour, traits: { calm: 'night' } }),
    work('checked', {
      traits: { waits: { kind: 'check', probe: look, everyMs: 5 * minute, timeoutMs: minute } },
    }),
    work('locked', { traits: { waits: { kind: 'lock', name: 'db' } } }),
  )
  const { town } = watching
  const { store, services } = town.world
  const now = nowOf(watching)
  const until = now + 4 * hour
  await store.acquireLock({ name: 'db', holder: 'ann', attemptId: null, until, now })
  Object.assign(house(watching), { spareBytes: 5e6, seen: line('a', 'sim [[s-all]]') })
  await town.goOn(3 * hour)
  services.overloaded = true
  await town.goOn(hour)
  services.overloaded = false
  await town.goOn(5 * hour)
  expect(await watching.accused()).toEqual([])
  expect(await watching.found()).toEqual([])
  const all = await store.mechanisms()
  expect(all.filter(({ stuckSince }) => stuckSince !== null).map(({ name }) => name)).toEqual([])
  const moved = all.filter((one) => one.moved > 0).map(({ name }) => name)
  const busy = ['backup', 'calm:night', 'check', 'claim', 'gates', 'locks', 'notify', 'prune']
  const more = ['report', 'schedules', 'sensors:inbox', 'time', 'vacuum']
  expect(moved).toEqual(expect.arrayContaining([...busy, ...more]))
}, 60_000)

test('every mechanism has its case, save those that are judged otherwise', () => {
  const rows = mechanismRows.map(({ name }) => name).filter((name) => !exempt.includes(name))
  expect(Object.keys(cases).sort()).toEqual(rows.sort())
})
