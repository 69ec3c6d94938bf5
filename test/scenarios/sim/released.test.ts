// Whoever waits for a class of mechanism waits for as long as the class may take, and then the sentinel says so: by class, on a
// real fleet. Incidents 12, 14 and 53.

import { expect, test } from 'vitest'

import type { FleetConfig } from '../../../src/model/config.ts'
import { defaultExpect, type WaitClass, waitClasses } from '../../../src/model/expect.ts'
import type { WindowPolicy } from '../../../src/model/window.ts'
import { type Given, hour, minute, second, work } from './language.ts'
import { type WatchedWords, type Watching, watchedTown } from './watched.ts'

const day = 24 * hour
const seldom: WatchedWords = {
  ...{
    limits: { pollMs: 40 * minute, leaseMs: 3 * hour },
    keepsHouse: false,
    patienceMs: 4 * hour,
  },
}
const faraway = Date.UTC(2026, 5, 1)
const probe = { look: 'command' as const, command: `reached ${faraway}`, cwd: '/' }
const holdsIt = ({ town }: Watching) => {
  const now = Math.floor(town.world.time.nowMs)
  return { holder: 'ann', attemptId: null, until: now + 30 * day, now }
}

const night: WindowPolicy = {
  ...{ name: 'night', clock: [], timezone: 'UTC', load: 0.5, memory: null, others: null },
  ...{ idleMs: null, headroom: null, forMs: 0, perWindow: null, perDay: null, maxWaitMs: null },
  ...{ escape: 'ask', labels: [], tellAfterMs: 12 * hour },
}
/** A window is judged every ten seconds: the days of waiting are hours here. */
const nightly = (config: FleetConfig): FleetConfig => ({
  ...config,
  windows: [night],
  expect: { ...defaultExpect, waiting: { ...defaultExpect.waiting, calm: 6 * hour } },
})

interface Case {
  readonly words?: WatchedWords
  readonly given: readonly Given[]
  readonly befalls?: (watching: Watching) => Promise<unknown>
  /** How long nobody is accused, and when somebody is. */
  readonly mostMs: number
}

const cases: Readonly<Record<WaitClass, Case>> = {
  after: {
    given: [work('w0', { notBeforeMs: faraway }), work('w1', { after: 'w0', atMs: second })],
    mostMs: 14 * day,
  },
  check: {
    given: [
      work('w0', {
        traits: { waits: { kind: 'check', probe, everyMs: 12 * hour, timeoutMs: minute } },
      }),
    ],
    mostMs: 14 * day,
  },
  lock: {
    given: [work('w0', { traits: { waits: { kind: 'lock', name: 'db' } } })],
    befalls: (one) => one.town.world.store.acquireLock({ name: 'db', ...holdsIt(one) }),
    mostMs: 3 * day,
  },
  work: {
    given: [work('w0', { traits: { waits: { kind: 'work', key: 'report' } } })],
    befalls: (one) =>
      one.town.world.store.claimWork({ key: 'report', taskId: null, ...holdsIt(one) }),
    mostMs: 3 * day,
  },
  review: {
    given: [work('w0', { workMs: minute, atMs: minute, traits: { reviewed: ['approve'] } })],
    // The one makes it, and the other one, who could judge it, is paused.
    befalls: ({ town: { world } }) =>
      world.store.pin({
        ...{ lane: 'agent:claude2', by: 'ann', reason: 'away', until: null },
        now: Math.floor(world.time.nowMs),
      }),
    mostMs: 3 * day,
  },
  calm: {
    words: { configured: nightly },
    given: [work('w0', { kind: 'command', traits: { calm: 'night' } })],
    befalls: async ({ town }) => {
      town.machine(0).ails.loud = true
    },
    mostMs: 6 * hour,
  },
}

test.each(waitClasses)(
  'who waits for %s is not accused before its time, and is then',
  async (name) => {
    const { words = {}, given, befalls, mostMs } = cases[name]
    const watching = await watchedTown({ ...seldom, ...words }, ...given)
    const { town } = watching
    const beganMs = town.world.time.nowMs
    await town.goOn(minute / 2)
    await befalls?.(watching)
    await town.goOn(mostMs - hour)
    expect(await watching.accused()).toEqual([])
    const { waits } = await watching.view()
    expect(waits).toMatchObject([{ class: name, waiting: 1, lastReleasedAt: null }])
    await town.goOn(6 * hour)
    expect(await watching.accused()).toEqual(['released'])
    const [found] = (await watching.found()).filter((one) => one.name === 'released')
    expect(found?.sentence).toContain(`1 tasks wait for ${name}, the oldest for`)
    expect(town.world.time.nowMs - beganMs).toBeLessThan(mostMs + 8 * hour)
  },
  60_000,
)
