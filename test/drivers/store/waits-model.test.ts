// Random sequences of add, hold, release, settle, again and crash, on both drivers: from whatever state comes of them, every
// task that is not settled is ready, or taken by an attempt that runs, or has a live hold whose release some mechanism
// serves; nobody waits for what has already come; and whatever `why` answers carries its release, and names an agent that may
// take what is ready. When then everything that can come does come, nobody is held.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { whyTask } from '../../../src/loops/dispatch/why.ts'
import type { SlottedOffer } from '../../../src/loops/dispatch/deps.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type Release, releaseSentence } from '../../../src/model/hold.ts'
import { mechanismServing } from '../../../src/model/mechanism-rows.ts'
import { usePostgres } from '../../support/postgres.ts'
import {
  afterTask,
  claimInput,
  demand,
  enqueue,
  forPerson,
  success,
  t0,
} from './conformance/wants.ts'
import { openAt } from './processes/address.ts'

interface Seen {
  /** How many tasks there are; ids begin at 1. */
  tasks: number
  /** Attempts that run, with their tasks. */
  readonly running: { attemptId: number; taskId: number }[]
  now: number
}

type Step = (store: Store, seen: Seen, pick: number) => Promise<void>

const someTask = (seen: Seen, pick: number): number => 1 + (pick % Math.max(1, seen.tasks))

/** A release of every kind; `pick` chooses whom or what it is about. */
function someRelease(seen: Seen, pick: number): Release {
  const kinds: Release[] = [
    { kind: 'time', until: seen.now + 1_000 + pick, why: 'not_before' },
    afterTask(someTask(seen, pick), pick % 2 === 0),
    forPerson,
    { kind: 'check', probe: { look: 'file', path: '/x' }, everyMs: 1_000, timeoutMs: 1_000 },
    { kind: 'lock', name: 'db' },
    { kind: 'work', key: 'report' },
  ]
  return kinds[pick % kinds.length] ?? forPerson
}

const steps: Readonly<Record<string, Step>> = {
  async add(store, seen, pick) {
    const after = seen.tasks > 0 && pick % 3 === 0
    const holds = after ? [afterTask(someTask(seen, pick))] : []
    const locks = pick % 5 === 0 ? { locks: ['db'] } : {}
    const calm = pick % 7 === 0 ? { calm: 'night' } : {}
    await enqueue(store, { holds, demand: { ...demand, ...locks, ...calm }, now: seen.now })
    seen.tasks += 1
  },
  async hold(store, seen, pick) {
    const release = someRelease(seen, pick)
    if (seen.tasks === 0) return
    await store.hold({ taskId: someTask(seen, pick >> 3), release, now: seen.now })
  },
  async release(store, seen, pick) {
    const [hold] = await store.holdsOf(someTask(seen, pick), true)
    if (hold !== undefined) await store.release({ holdId: hold.id, by: 'ann', now: seen.now })
  },
  async settle(store, seen, pick) {
    const outcome = (['done', 'failed', 'cancelled'] as const)[pick % 3] ?? 'done'
    const taskId = someTask(seen, pick >> 2)
    await store.settleByHand({ taskId, outcome, by: 'ann', reason: '', now: seen.now })
  },
  async again(store, seen, pick) {
    if (seen.tasks === 0) return
    // One that is done again already is not done again twice.
    const { id } = await enqueue(store, { againOf: someTask(seen, pick), now: seen.now })
    seen.tasks = Math.max(seen.tasks, id)
  },
  async claim(store, seen) {
    const { claimed } = await store.claim(await claimInput(store, { windows, now: seen.now }))
    for (const { attempt, task } of claimed)
      seen.running.push({ attemptId: attempt.id, taskId: task.id })
  },
  async end(store, seen, pick) {
    const one = seen.running[pick % Math.max(1, seen.running.length)]
    if (one === undefined) return
    seen.running.splice(seen.running.indexOf(one), 1)
    await store.end({ attemptId: one.attemptId, verdict: success, now: seen.now })
    const holds = pick % 2 === 0 ? [] : [someRelease({ ...seen, tasks: 0 }, pick >> 1)]
    const given = holds.filter((release) => release.kind !== 'after')
    const back = { ...one, holds: given, charged: false, reason: 'crash', now: seen.now }
    await store.giveBack(back)
  },
  async lock(store, seen, pick) {
    const until = seen.now + 5_000
    const holder = `script ${pick % 2}`
    await store.acquireLock({ name: 'db', holder, attemptId: null, until, now: seen.now })
    const work = { key: 'report', holder, attemptId: null, taskId: null, until, now: seen.now }
    await store.claimWork(work)
  },
  async judge(store, seen, pick) {
    await judgeNight(store, pick % 2 === 0, seen.now)
  },
  async unlock(store, seen, pick) {
    if (pick % 2 === 0) await store.releaseLock({ name: 'db', epoch: null, by: 'x', now: seen.now })
    else await store.forgetWork({ key: 'report', by: 'x', now: seen.now })
  },
  async time(store, seen, pick) {
    seen.now += pick
    await store.releaseDue({ now: seen.now, limit: 1_000 })
    await store.sweepLocks({ now: seen.now, limit: 1_000 })
  },
}

const bareConfig = { slots: 9, tiers: ['light'] } as unknown as FleetConfig
const windows = { night: { others: null, perWindow: null, perDay: null, day: 'mon' } }
const judgeNight = (store: Store, calm: boolean, now: number) =>
  store.judgeWindow({
    ...{ name: 'night', host: 'h1', calm, why: calm ? [] : ['load is 9'] },
    ...{ quietSince: calm ? now : null, day: 'mon', busy: [], now },
  })

const night = {
  ...{ name: 'night', clock: [], timezone: 'UTC', load: null, memory: null, others: null },
  ...{ idleMs: null, headroom: null, forMs: 0, perWindow: null, perDay: null, maxWaitMs: null },
  ...{ escape: 'ask' as const, labels: [], tellAfterMs: 1 },
}
const agent = { agent: 'shell', takes: ['command'], tier: 'light', roles: [], onlyLabels: [] }

/** What `why` says of a task: each cause with its release, and somebody who may take it once they are gone. */
async function whyHasAWayOut(store: Store, id: number, now: number): Promise<void> {
  const config = { ...bareConfig, windows: [night] }
  const clock = { now: () => now, monotonicMs: () => now, sleep: async () => {} }
  const offers = [{ ...agent, slots: 9, lanes: [] }] as SlottedOffer[]
  const told = await whyTask({ store, clock, config, offers, hostName: 'h1' }, id)
  const causes = [...told.holds, ...told.gates, ...told.missing]
  for (const { release } of causes) expect(release).not.toBe('')
  expect(told.sentence).not.toBe('')
  if (told.state === 'settled') return
  expect(told.agents, `task ${id}`).toEqual(['shell'])
  if (told.state === 'held') expect(told.holds).not.toEqual([])
  if (told.state === 'ready') expect(told.place).not.toBeNull()
}

/** Every task that is not settled has a way on. */
async function everyWaitHasAWayBack(store: Store, seen: Seen): Promise<void> {
  for (let id = 1; id <= seen.tasks; id += 1) {
    const task = await store.task(id)
    const live = await store.holdsOf(id, true)
    if (task?.state === 'held') expect(live, `task ${id} is held`).not.toEqual([])
    else expect(live, `task ${id} is ${task?.state}`).toEqual([])
    for (const { release } of live) {
      expect(mechanismServing(release.kind)).not.toBeNull()
      expect(releaseSentence(release, String)).not.toBe('')
      if (release.kind !== 'after') continue
      const blocker = await store.task(release.taskId)
      const over = blocker?.state === 'settled'
      if (over) expect([release.needsPerson, release.any]).toEqual([true, false])
      else expect(release.needsPerson).toBe(false)
    }
  }
}

/** Whatever can come comes: then every task that is not settled may be taken. */
async function letAllCome(store: Store, seen: Seen): Promise<void> {
  for (const one of seen.running.splice(0)) {
    await store.end({ attemptId: one.attemptId, verdict: success, now: seen.now })
    await store.giveBack({ ...one, holds: [], charged: false, reason: 'crash', now: seen.now })
  }
  seen.now += 1_000_000
  await store.releaseDue({ now: seen.now, limit: 1_000 })
  await store.sweepLocks({ now: seen.now, limit: 1_000 })
  for (const { id } of await store.takeLooks({
    kind: 'check',
    now: seen.now,
    takeMs: 1,
    limit: 99,
  }))
    await store.noteLook({
      holdId: id,
      look: { answer: 'met', detail: '' },
      nextAt: 0,
      now: seen.now,
    })
  for (const hold of await store.waitingForPersons({ after: 0, limit: 1_000 }))
    await store.release({ holdId: hold.id, by: 'ann', now: seen.now })
  await judgeNight(store, true, seen.now)
  for (let i = 0; i < seen.tasks + 1; i += 1) {
    const { claimed } = await store.claim(await claimInput(store, { windows, now: seen.now }))
    for (const { task, attempt } of claimed) {
      const settled = { outcome: 'done' as const, verified: false, by: 'x', reason: '' }
      await store.settle({ taskId: task.id, attemptId: attempt.id, ...settled, now: seen.now })
      await store.end({ attemptId: attempt.id, verdict: success, now: seen.now })
    }
  }
  const { held, ready, taken } = await store.counts()
  expect({ held, ready, taken }).toEqual({ held: 0, ready: 0, taken: 0 })
}

const sequences = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.integer({ min: 0, max: 9_999 })),
  { minLength: 5, maxLength: 60 },
)

async function judge(store: Store, sequence: readonly (readonly [string, number])[]) {
  const seen: Seen = { tasks: 0, running: [], now: t0 }
  for (const [name, pick] of sequence) {
    await steps[name]?.(store, seen, pick)
    await everyWaitHasAWayBack(store, seen)
    if (seen.tasks > 0) await whyHasAWayOut(store, someTask(seen, pick), seen.now)
  }
  for (let id = 1; id <= seen.tasks; id += 1) await whyHasAWayOut(store, id, seen.now)
  await letAllCome(store, seen)
}

const found = await usePostgres()

/** Judges random sequences on stores that `open` makes. */
const check = (
  numRuns: number,
  open: () => Promise<{ store: Store; close: () => Promise<void> }>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const { store, close } = await open()
      try {
        await judge(store, sequence)
      } finally {
        await close()
      }
    }),
    { numRuns, seed: 4 },
  )

describe('whatever happens to a task, it has a way on', () => {
  it('on SQLite', async () => {
    await check(60, async () => {
      const store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
      return { store, close: () => store.close() }
    })
  }, 60_000)

  if ('postgres' in found)
    it('on PostgreSQL', async () => {
      await check(5, async () => {
        const database = await found.postgres.create()
        const store = await openAt(database.url)
        const close = async () => {
          await store.close()
          await database.drop()
        }
        return { store, close }
      })
    }, 60_000)
  else it.skip(found.skip)
})
