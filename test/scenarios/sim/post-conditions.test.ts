// Every default post-condition on a real fleet: one town in which it is broken, and the sentinel says so, and its neighbours in
// which it is not. What there was to do is the mechanisms' own word; nothing here writes what a judge reads. Incident 49: what was
// counted could not move, so that nothing was ever missed.

import { describe, expect, test } from 'vitest'

import { present } from '../../../src/base/assert.ts'
import type { Parts } from '../../../src/fleet.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import { expectations } from '../../../src/model/expect.ts'
import type { WindowPolicy } from '../../../src/model/window.ts'
import { scheduled } from '../../../sim/scheduled.ts'
import { type Given, hour, minute, second, work } from './language.ts'
import { type WatchedWords, type Watching, watchedTown } from './watched.ts'

const day = 24 * hour

interface Case {
  readonly given?: readonly Given[]
  readonly words?: WatchedWords
  /** What befalls the town an hour after it began, when all is well. */
  readonly befalls?: (watching: Watching) => void | Promise<void>
  readonly forMs: number
}

async function played({ given = [], words = {}, befalls, forMs }: Case): Promise<Watching> {
  const watching = await watchedTown(words, ...given)
  await watching.town.goOn(minute / 2)
  await befalls?.(watching)
  await watching.town.goOn(forMs)
  return watching
}

const pinned = ({ town: { world } }: Watching) =>
  world.store.pin({ lane: 'fleet', by: 'ann', reason: 'away', until: null, now: world.time.nowMs })
const shells = (count: number, more: Parameters<typeof work>[1] = {}): Given[] =>
  Array.from({ length: count }, (_, i) => work(`w${i}`, { kind: 'command', ...more }))
const prompts = (count: number, more: Parameters<typeof work>[1] = {}): Given[] =>
  Array.from({ length: count }, (_, i) => work(`w${i}`, { kind: 'prompt', ...more }))
const bySchedule = (config: FleetConfig): FleetConfig => ({ ...config, schedules: scheduled })
/** For long spans: nobody looks often, and nobody keeps house. */
const seldom = { limits: { pollMs: 40 * minute, leaseMs: 3 * hour }, keepsHouse: false }
const night: WindowPolicy = {
  ...{ name: 'night', clock: [], timezone: 'UTC', load: 0.5, memory: null, others: null },
  ...{ idleMs: null, headroom: null, forMs: 0, perWindow: null, perDay: null, maxWaitMs: null },
  ...{ escape: 'ask', labels: [], tellAfterMs: 12 * hour },
}
const nightly = (config: FleetConfig): FleetConfig => ({ ...config, windows: [night] })
const claimFails = ({ fails }: Watching) => fails('claim')

/** The loop that collects worktrees comes round once, and then waits for ever for its disk. */
function hangingCollection(parts: Parts): Parts {
  let looks = 0
  return {
    ...parts,
    workspaces: async () => {
      const its = await parts.workspaces()
      const list = () => (looks++ === 0 ? its.list() : new Promise<never>(() => {}))
      return { ...its, list }
    },
  }
}

const cases: Readonly<
  Record<string, { readonly fires: Case; readonly not: Readonly<Record<string, Case>> }>
> = {
  started: {
    fires: { given: shells(3), befalls: claimFails, forMs: 40 * minute },
    not: {
      'a fleet that a person paused': { given: shells(3), befalls: pinned, forMs: 3 * hour },
      'work that waits for a free slot': {
        given: shells(6, { workMs: 3 * hour, timeoutMs: 4 * hour }),
        words: { hostSlots: 1 },
        forMs: 3 * hour,
      },
      'a task that waits for calm, and a fresh one beside it': {
        given: [
          work('w0', { kind: 'command', traits: { calm: 'night' } }),
          work('w1', { kind: 'command', atMs: 3 * hour - minute, workMs: minute }),
        ],
        words: { configured: nightly, keepsHouse: false },
        befalls: ({ town }) => void Object.assign(town.machine(0).ails, { loud: true }),
        forMs: 3 * hour,
      },
      'work whose label is capped, while one of them runs': {
        given: shells(2, { workMs: 3 * hour, timeoutMs: 4 * hour, traits: { labelled: 'docs' } }),
        forMs: 2 * hour,
      },
      'a launcher that starts nothing: its gate is shut': {
        given: shells(3),
        befalls: ({ town }) => void Object.assign(town.machine(0).ails, { noProcesses: true }),
        forMs: 3 * hour,
      },
    },
  },
  dispatched: {
    fires: {
      given: shells(3),
      words: { patienceMs: hour, ...seldom },
      befalls: claimFails,
      forMs: day + 2 * hour,
    },
    not: {
      'a fleet that is paused for eight days': {
        given: shells(3),
        words: { patienceMs: 4 * hour, ...seldom },
        befalls: pinned,
        forMs: 8 * day,
      },
    },
  },
  settled: {
    fires: {
      given: shells(20, { nature: 'bad', attempts: 50, workMs: 10 * second }),
      words: { hostSlots: 8, agentSlots: 8 },
      forMs: hour,
    },
    not: {
      'as many failures beside one task that is done': {
        given: [
          ...shells(20, { nature: 'bad', attempts: 50, workMs: 10 * second }),
          ...['d0', 'd1', 'd2'].map((ref, i) =>
            work(ref, { kind: 'command', workMs: minute, atMs: i * 25 * minute, priority: 9 }),
          ),
        ],
        words: { hostSlots: 8, agentSlots: 8 },
        forMs: hour,
      },
    },
  },
  spent: {
    fires: {
      given: prompts(6, { nature: 'hollow', attempts: 3 }),
      forMs: 2 * hour,
    },
    not: {
      'clients that work': { given: prompts(6), forMs: 2 * hour },
      'plain programs alone': { given: shells(6), forMs: 2 * hour },
    },
  },
  verified: {
    fires: { given: shells(12, { workMs: minute }), forMs: 2 * hour },
    not: {
      'work that was checked': {
        given: shells(12, { workMs: minute, verify: 'honest' }),
        forMs: 2 * hour,
      },
    },
  },
  released: {
    fires: {
      given: [
        work('w0', { notBeforeMs: Date.UTC(2026, 5, 1) }),
        work('w1', { after: 'w0', atMs: second }),
      ],
      words: { patienceMs: 4 * hour, ...seldom },
      forMs: 14 * day + 3 * hour,
    },
    not: {
      'waits of a class whose others are released': {
        given: [
          work('w0', { notBeforeMs: Date.UTC(2026, 5, 1) }),
          work('w1', { after: 'w0', atMs: second }),
          work('w2', { kind: 'command', atMs: 13 * day, workMs: minute }),
          work('w3', { kind: 'command', after: 'w2', atMs: 13 * day + second }),
        ],
        words: { patienceMs: 4 * hour, ...seldom },
        forMs: 14 * day + 3 * hour,
      },
    },
  },
  scheduled: {
    fires: {
      words: { configured: bySchedule },
      befalls: ({ fails }) => fails('fireSchedule'),
      forMs: 4 * hour,
    },
    not: { 'times that are fired': { words: { configured: bySchedule }, forMs: 8 * hour } },
  },
  fired: {
    fires: {
      words: {
        patienceMs: 30 * minute,
        parts: hangingCollection,
      },
      forMs: 9 * hour,
    },
    not: { 'a fleet without work': { words: { patienceMs: 30 * minute }, forMs: 8 * hour } },
  },
  moved: {
    fires: {
      given: [work('w0', { notBeforeMs: Date.UTC(2026, 0, 5, 0, 10) })],
      befalls: ({ fails }) => fails('releaseDue'),
      forMs: 30 * minute,
    },
    not: {
      'holds that wait for their time': {
        given: [work('w0', { notBeforeMs: Date.UTC(2026, 0, 5, 20, 0) })],
        forMs: 6 * hour,
      },
    },
  },
}

describe.each(Object.entries(cases))('%s', (name, { fires, not }) => {
  test('is accused where it is broken', async () => {
    const watching = await played(fires)
    const found = await watching.found()
    expect(found.map((one) => one.name)).toContain(name)
    const isRed = present(
      found.find((one) => one.name === name),
      'it is found',
    ).colour
    expect((await watching.accused()).includes(name)).toBe(isRed === 'red')
  }, 60_000)

  test.each(Object.entries(not))(
    'is not accused: %s',
    async (_, one) => {
      const watching = await played(one)
      expect(await watching.accused()).toEqual([])
      expect((await watching.found()).map((found) => found.name)).not.toContain(name)
    },
    60_000,
  )
})

test('every expectation is played on a real fleet', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(expectations).sort())
})
