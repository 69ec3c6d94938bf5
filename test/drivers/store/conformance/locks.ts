// Locks and work keys: a lock is released and never completed, a key is completed and stays so; nobody is refused by
// himself, and what is over is free (S0).

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { isHeld } from '../../../support/locks.ts'
import { conformance } from './world.ts'
import {
  claimInput,
  claimOne,
  demand,
  enqueue,
  passed,
  refusedCode,
  stateOf,
  success,
  t0,
  taken,
} from './wants.ts'

const minute = 60_000
const acquire = (store: Store, holder: string, now = t0, attemptId: number | null = null) =>
  store.acquireLock({ name: 'db', holder, attemptId, until: now + minute, now })
const claim = (
  store: Store,
  holder: string,
  more: { taskId?: number; attemptId?: number; now?: number } = {},
) => {
  const { taskId = null, attemptId = null, now = t0 } = more
  return store.claimWork({ key: 'report', holder, attemptId, taskId, until: now + minute, now })
}

export const locking = conformance('locks and work keys', {
  'a lock has one holder; who comes second is told who, since when, until when and what to do':
    async ({ store }) => {
      expect(passed(await acquire(store, 'ann')).lock).toMatchObject({ epoch: 1, holder: 'ann' })
      const denied = await acquire(store, 'bob', t0 + 1)
      expect(refusedCode(denied)).toBe('lock.held')
      isHeld(denied, [
        'held by ann',
        new Date(t0).toISOString(),
        new Date(t0 + minute).toISOString(),
      ])
      expect(passed(await acquire(store, 'ann', t0 + 5)).lock).toMatchObject({
        epoch: 1,
        until: t0 + 5 + minute,
      })
    },

  'two that come at once never both get it, and epochs only grow': async ({ store, another }) => {
    const other = await another()
    for (let round = 1; round <= 10; round += 1) {
      const both = await Promise.all([acquire(store, 'ann'), acquire(other, 'bob')])
      const got = both.filter((one) => one.ok)
      expect(got).toHaveLength(1)
      const [one] = got
      if (one?.ok !== true) continue
      expect(one.lock.epoch).toBe(round)
      passed(await store.releaseLock({ name: 'db', epoch: round, by: 'x', now: t0 }))
    }
  },

  'after its time anybody may take it, and the late holder is fenced off by its epoch': async ({
    store,
  }) => {
    passed(await acquire(store, 'ann'))
    expect(refusedCode(await acquire(store, 'bob', t0 + minute - 1))).toBe('lock.held')
    expect(passed(await acquire(store, 'bob', t0 + minute)).lock.epoch).toBe(2)
    const late = { name: 'db', epoch: 1, now: t0 + minute }
    expect(refusedCode(await store.renewLock({ ...late, until: t0 * 2 }))).toBe('lock.lost')
    expect(refusedCode(await store.releaseLock({ ...late, by: 'ann' }))).toBe('lock.lost')
    expect(await store.locks({ limit: 9 })).toMatchObject([{ holder: 'bob', free: false }])
    passed(await store.releaseLock({ name: 'db', epoch: 2, by: 'bob', now: t0 + minute }))
    expect(await store.locks({ limit: 9 })).toEqual([])
    expect(await store.locks({ name: 'db', limit: 9 })).toMatchObject([{ free: true, epoch: 2 }])
  },

  'a session that guesses an epoch touches nobody else’s lock, whoever holds it': async ({
    store,
  }) => {
    const { attempt } = await taken(store)
    const holder = `attempt ${attempt.id}`
    const guess = { name: 'db', epoch: 1, session: attempt.id + 1, now: t0 + 1 }
    const renew = (session: number) =>
      store.renewLock({ ...guess, session, until: t0 + 2 * minute, now: t0 + 1 })
    passed(await acquire(store, holder, t0, attempt.id))
    expect(refusedCode(await renew(attempt.id + 1))).toBe('lock.not_yours')
    expect(refusedCode(await store.releaseLock({ ...guess, by: 'x' }))).toBe('lock.not_yours')
    expect(refusedCode(await store.releaseLock({ ...guess, epoch: 2, by: 'x' }))).toBe('lock.lost')
    expect(await store.locks({ limit: 9 })).toMatchObject([{ holder, until: t0 + minute }])
    passed(await renew(attempt.id))
    passed(await store.releaseLock({ ...guess, session: attempt.id, by: holder }))
    passed(await acquire(store, 'ann', t0 + 2))
    const persons = { ...guess, epoch: 2, session: attempt.id }
    expect(refusedCode(await store.releaseLock({ ...persons, by: holder }))).toBe('lock.not_yours')
    expect(await store.locks({ limit: 9 })).toMatchObject([{ holder: 'ann', free: false }])
  },

  'a renewed lock goes on, also when its time was over and nobody took it': async ({ store }) => {
    passed(await acquire(store, 'ann'))
    const now = t0 + 2 * minute
    passed(await store.renewLock({ name: 'db', epoch: 1, until: now + minute, now }))
    expect(refusedCode(await acquire(store, 'bob', now + 1))).toBe('lock.held')
  },

  'a lock row that an older version completed is freed, and taken at once by whoever asks': async ({
    store,
    sql,
  }) => {
    passed(await acquire(store, 'tick'))
    await sql("UPDATE locks SET state = 'completed', until = NULL WHERE name = 'db'")
    expect(passed(await acquire(store, 'tick2', t0 + 1)).lock).toMatchObject({ epoch: 2 })
    await sql("UPDATE locks SET state = 'completed', until = NULL WHERE name = 'db'")
    expect(await store.sweepLocks({ now: t0 + 2, limit: 10 })).toEqual({ freed: 1 })
    expect(await store.sweepLocks({ now: t0 + 2, limit: 10 })).toEqual({ freed: 0 })
    expect(await store.locks({ limit: 9 })).toEqual([])
    const freed = await store.facts({ kinds: ['lock.freed'], limit: 9 })
    expect(freed.map(({ body }) => body.kind === 'lock.freed' && body.why)).toEqual([
      'bricked',
      'bricked',
    ])
  },

  'what is over is freed by the sweep, and whoever waited for it goes on': async ({ store }) => {
    passed(await acquire(store, 'ann'))
    passed(await claim(store, 'ann'))
    const waits = await enqueue(store, {
      holds: [
        { kind: 'lock', name: 'db' },
        { kind: 'work', key: 'report' },
      ],
    })
    expect(await stateOf(store, waits.id)).toBe('held')
    expect(await store.sweepLocks({ now: t0 + minute - 1, limit: 9 })).toEqual({ freed: 0 })
    expect(await store.sweepLocks({ now: t0 + minute, limit: 9 })).toEqual({ freed: 2 })
    expect(await stateOf(store, waits.id)).toBe('ready')
  },

  'who waits for a lock that is free does not wait': async ({ store }) => {
    const { id } = await enqueue(store)
    const put = await store.hold({ taskId: id, release: { kind: 'lock', name: 'db' }, now: t0 })
    expect(refusedCode(put)).toBe('hold.met')
    const born = await enqueue(store, { holds: [{ kind: 'work', key: 'report' }] })
    expect(await stateOf(store, born.id)).toBe('ready')
  },

  'a release wakes who waits': async ({ store }) => {
    passed(await acquire(store, 'ann'))
    const { id } = await enqueue(store, { holds: [{ kind: 'lock', name: 'db' }] })
    passed(await store.releaseLock({ name: 'db', epoch: null, by: 'boss', now: t0 }))
    expect(await stateOf(store, id)).toBe('ready')
  },

  'an attempt that has ended holds neither locks nor claims': async ({ store }) => {
    const { attempt, task } = await taken(store)
    const own = { attemptId: attempt.id, taskId: task.id }
    passed(await acquire(store, `attempt ${attempt.id}`, t0, attempt.id))
    passed(await claim(store, `attempt ${attempt.id}`, own))
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 + 1 }))
    expect([await store.locks({ limit: 9 }), await store.workKeys({ limit: 9 })]).toEqual([[], []])
  },

  'nobody is refused by his own claim, nor a newer attempt by an older one of its task': async ({
    store,
  }) => {
    passed(await claim(store, 'attempt 1', { taskId: 7 }))
    expect(passed(await claim(store, 'attempt 1', { taskId: 7 })).work.epoch).toBe(1)
    expect(passed(await claim(store, 'attempt 2', { taskId: 7 })).work).toMatchObject({ epoch: 2 })
    const denied = await claim(store, 'attempt 3', { taskId: 8 })
    expect(refusedCode(denied)).toBe('work.claimed')
    isHeld(denied, ['attempt 2', 'forget'])
  },

  'a completed key stays completed, says by whom, and can be forgotten': async ({ store }) => {
    passed(await claim(store, 'ann'))
    const complete = (holder: string, until: number | null = null) =>
      store.completeWork({ key: 'report', holder, note: 'sent', until, now: t0 + 1 })
    expect(refusedCode(await complete('bob'))).toBe('work.not_held')
    passed(await complete('ann'))
    passed(await complete('ann'))
    const denied = await claim(store, 'bob', { now: t0 + 99 * minute })
    expect(refusedCode(denied)).toBe('work.completed')
    isHeld(denied, ['completed by ann', '(sent)', 'midwatch work forget report'])
    expect(refusedCode(await claim(store, 'ann'))).toBe('work.completed')
    expect(await store.sweepLocks({ now: t0 * 2, limit: 9 })).toEqual({ freed: 0 })
    const forgotten = await store.forgetWork({ key: 'report', by: 'boss', now: t0 })
    expect(passed(forgotten).was).toBe('completed by ann')
    expect(passed(await claim(store, 'bob')).work.epoch).toBe(2)
  },

  'what was freed, given up or forgotten is completed by nobody, its last holder included': async ({
    store,
  }) => {
    const complete = (now: number) =>
      store.completeWork({ key: 'report', holder: 'ann', note: '', until: null, now })
    passed(await claim(store, 'ann'))
    await store.sweepLocks({ now: t0 * 2, limit: 9 })
    expect(refusedCode(await complete(t0 * 2))).toBe('work.not_held')
    passed(await claim(store, 'ann'))
    await store.forgetWork({ key: 'report', by: 'boss', now: t0 })
    expect(refusedCode(await complete(t0 + 1))).toBe('work.not_held')
    passed(await claim(store, 'ann'))
    passed(await complete(t0 + 1))
  },

  'a completed key with a time is free after it': async ({ store }) => {
    passed(await claim(store, 'ann'))
    const until = t0 + 10 * minute
    passed(await store.completeWork({ key: 'report', holder: 'ann', note: '', until, now: t0 + 1 }))
    expect(refusedCode(await claim(store, 'bob', { now: until - 1 }))).toBe('work.completed')
    expect(passed(await claim(store, 'bob', { now: until })).work.holder).toBe('bob')
  },

  'what is given up is free, and only its holder gives it up': async ({ store }) => {
    passed(await claim(store, 'ann'))
    const abandon = (holder: string) => store.abandonWork({ key: 'report', holder, now: t0 })
    expect(refusedCode(await abandon('bob'))).toBe('work.not_held')
    passed(await abandon('ann'))
    expect(passed(await claim(store, 'bob')).work.holder).toBe('bob')
  },

  'a task takes its lock along when it is claimed, and who wants the same lock holds up nobody':
    async ({ store }) => {
      const wants = { ...demand, locks: ['db'] }
      const first = await enqueue(store, { demand: wants, priority: 9 })
      const second = await enqueue(store, { demand: wants, priority: 8 })
      const free = await enqueue(store)
      const seeds = [0, 1, 2].map((i) => ({ nonce: `n${i}`, tokenHash: `t${i}` }))
      const { claimed } = await store.claim(await claimInput(store, { seeds }))
      expect(claimed.map(({ task }) => task.id)).toEqual([first.id, free.id])
      const holder = `attempt ${claimed[0]?.attempt.id}`
      expect(await store.locks({ limit: 9 })).toMatchObject([{ name: 'db', holder, until: null }])
      const again = await store.claim(await claimInput(store))
      expect([again.claimed, again.refused?.code]).toEqual([[], 'lock.held'])
      expect(await store.sweepLocks({ now: t0 * 2, limit: 9 })).toEqual({ freed: 0 })
      const attemptId = claimed[0]?.attempt.id ?? 0
      passed(await store.end({ attemptId, verdict: success, now: t0 + 1 }))
      expect((await claimOne(store)).task.id).toBe(second.id)
    },

  'who only looks is told what the claim would refuse, and nothing any more once the lock is free, over or left behind':
    async ({ store }) => {
      const wants = { ...demand, locks: ['db'] }
      await enqueue(store, { demand: wants })
      await enqueue(store, { demand: { ...demand, locks: ['free'] } })
      await enqueue(store)
      const look = async (now = t0) => {
        const demandIds = (await store.readyDemands()).map(({ id }) => id)
        return (await store.boundNow({ host: 'h1', demandIds, now })).map((one) => one.refusal)
      }
      expect(await look()).toEqual([])
      passed(await acquire(store, 'ann'))
      expect(await look()).toEqual([
        expect.objectContaining({
          code: 'lock.held',
          sentence: expect.stringContaining('held by ann'),
        }),
      ])
      expect(await look(t0 + minute - 1)).toHaveLength(1)
      expect(await look(t0 + minute)).toEqual([])
      passed(await store.releaseLock({ name: 'db', epoch: 1, by: 'ann', now: t0 }))
      expect(await look()).toEqual([])
      const seeds = [0, 1].map((i) => ({ nonce: `n${i}`, tokenHash: `t${i}` }))
      const { claimed } = await store.claim(await claimInput(store, { seeds }))
      await enqueue(store, { demand: wants })
      const told = await look()
      expect(told).toMatchObject([{ code: 'lock.held' }])
      expect((await store.claim(await claimInput(store))).claimed).toHaveLength(1) // the free one
      expect((await store.claim(await claimInput(store))).refused).toEqual(told[0])
      const attemptId = claimed.find(({ task }) => task.demand.locks?.[0] === 'db')?.attempt.id ?? 0
      passed(await store.end({ attemptId, verdict: success, now: t0 + 1 }))
      expect(await look()).toEqual([])
    },
})
