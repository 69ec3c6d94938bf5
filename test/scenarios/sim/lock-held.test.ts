// A ready task that waits for a held lock costs no claim at any host, and is taken at once when the lock is free: what the look
// knows is never older than the look.

import { expect } from 'vitest'

import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import { commandAdapter } from '../../../src/drivers/agents/command.ts'
import { whyTask } from '../../../src/loops/dispatch/why.ts'
import { offersOf } from '../../../src/fleet.ts'
import {
  fleet,
  hour,
  isTaken,
  minute,
  runs,
  scenario,
  second,
  timeGoesOn,
  type Town,
  work,
} from './language.ts'

const crowd = fleet({ hosts: 4, agents: 6, hostSlots: 4, agentSlots: 4 })
const underDb = { traits: { locked: 'db' } }
const refusedBy = (town: Town, who: 'claim' | 'look') =>
  town.world.truth.counts.get(`${who} refused lock.held`) ?? 0
const firstOf = async (town: Town, kind: 'attempt.claimed' | 'attempt.ended', ref: string) => {
  const [fact] = await town.world.store.facts({ taskId: town.taskId(ref), kinds: [kind], limit: 1 })
  return fact?.at ?? Number.NaN
}

scenario(
  'while an attempt holds its lock nobody claims in vain, and at its end the next is taken at once',
)
  .given(
    crowd,
    work('w0', { workMs: 25 * minute, ...underDb }),
    work('w1', { atMs: minute, ...underDb }),
    ...[2, 3, 4, 5].map((i) => work(`w${i}`, { atMs: i * 2 * minute, workMs: minute })),
  )
  .when(runs('w0'), async (town) => {
    // Agents that looked before the first one took it may still ask once.
    const before = refusedBy(town, 'claim')
    await town.goOn(20 * minute)
    expect(await town.task('w1')).toMatchObject({ state: 'ready' })
    expect(await town.task('w5')).toMatchObject({ outcome: 'done' }) // it held up nobody
    expect(refusedBy(town, 'look')).toBeGreaterThan(10)
    expect(refusedBy(town, 'claim')).toBe(before)
  })
  .seen(async (town) => {
    const freeAt = await firstOf(town, 'attempt.ended', 'w0')
    expect((await firstOf(town, 'attempt.claimed', 'w1')) - freeAt).toBeLessThan(second)
    expect(await town.task('w1')).toMatchObject({ outcome: 'done', attempts: 1 })
  })

scenario('a lock that a person holds is named by why, and its release wakes who waits')
  .given(crowd, work('w0', { atMs: minute, ...underDb }))
  .when(
    async ({ world: { store, time } }) => {
      const now = Math.floor(time.nowMs)
      const taken = { name: 'db', holder: 'ann', attemptId: null, until: now + 2 * hour, now }
      expect((await store.acquireLock(taken)).ok).toBe(true)
    },
    timeGoesOn(12 * minute),
    async (town) => {
      const { store, time } = town.world
      const now = Math.floor(time.nowMs)
      const config = town.setting.config.lastGood
      const deps = {
        store,
        config,
        offers: offersOf([commandAdapter, claudeAdapter], config),
        hostName: 'h0',
      }
      const clock = { now: () => now, monotonicMs: () => now, sleep: async () => {} }
      const why = await whyTask({ ...deps, clock }, town.taskId('w0'))
      expect(why.sentence).toContain('the lock db is held by ann')
      expect(
        await store.refusalsAt({ at: town.setting.plan.startMs + 4 * minute, limit: 20 }),
      ).toContainEqual(expect.objectContaining({ code: 'lock.held' }))
      expect(refusedBy(town, 'claim')).toBe(0)
      expect(await town.attempts('w0')).toEqual([])
      await store.releaseLock({ name: 'db', epoch: null, by: 'ann', now })
      town.world.poke()
    },
    timeGoesOn(second),
    async (town) => expect(await town.attempts('w0')).toHaveLength(1),
  )
  .seen(async (town) => expect(await town.task('w0')).toMatchObject({ outcome: 'done' }))

scenario('a lock whose time is over without a word is taken by the next look')
  .given(crowd, work('w0', { atMs: minute, ...underDb }))
  .when(
    async ({ world: { store, time } }) => {
      const now = Math.floor(time.nowMs)
      const taken = { name: 'db', holder: 'ann', attemptId: null, until: now + 30 * minute, now }
      await store.acquireLock(taken)
    },
    timeGoesOn(30 * minute - second),
    async (town) => expect(await town.attempts('w0')).toEqual([]),
    isTaken('w0'),
  )
  .seen(async (town) => {
    const lateMs = (await firstOf(town, 'attempt.claimed', 'w0')) - town.setting.plan.startMs
    expect(lateMs).toBeLessThan(30 * minute + town.setting.config.lastGood.limits.pollMs + second)
  })
