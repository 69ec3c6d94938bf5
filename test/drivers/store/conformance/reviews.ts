// Reviews: offered with the hold, decided once, offered again when nobody decided, and shown to a person in the end.

import { expect } from 'vitest'

import { assert, present } from '../../../../src/base/assert.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { ReviewWant } from '../../../../src/drivers/store/contract/together.ts'
import type { ReviewDecision } from '../../../../src/model/review.ts'
import { conformance } from './world.ts'
import {
  claimOne,
  demand,
  kindsOf,
  order,
  passed,
  refusedCode,
  settleArgs,
  settled,
  stateOf,
  success,
  t0,
  taken,
} from './wants.ts'

const reviewed = { ...order, review: true }
const reviewWant = (judged: number): ReviewWant => ({
  title: `review ${judged}`,
  priority: 100,
  demand: { ...demand, agent: null, role: 'reviewer', notAgent: 'shell' },
  order: { ...order, reviewOf: judged },
  attemptsMax: 1,
  by: `task ${judged}`,
  now: t0 + 1,
})

/** Work that waits for its first review. */
async function inReview(store: Store) {
  const { task, attempt } = await taken(store, { order: reviewed })
  const offer = { maker: 'shell', verified: false, want: reviewWant(task.id), reason: 'done' }
  const answer = await store.offerReview({
    ...offer,
    taskId: task.id,
    attemptId: attempt.id,
    now: t0 + 1,
  })
  assert(answer.ok, 'its attempt offers it')
  return { judged: task.id, attemptId: attempt.id, reviewTask: answer.reviewTask }
}

const decide = (
  store: Store,
  reviewTask: number,
  decision: ReviewDecision,
  more: { attemptId?: number | null; text?: string } = {},
) =>
  store.decideReview({
    reviewTask,
    attemptId: more.attemptId ?? null,
    decision,
    text: more.text ?? 'because',
    by: 'ann',
    now: t0 + 5,
  })

const end = (store: Store, attemptId: number) =>
  store.end({ attemptId, verdict: success, now: t0 + 2 })

const liveHolds = async (store: Store, taskId: number) =>
  (await store.holdsOf(taskId, true)).map((hold) => hold.release)

/** Works the task again to its end and offers that for review. */
async function offerAgain(store: Store, judged: number): Promise<number> {
  const { task, attempt } = await claimOne(store)
  assert(task.id === judged, 'the returned task is the only ready one')
  const answer = await store.offerReview({
    taskId: judged,
    attemptId: attempt.id,
    verified: true,
    maker: 'shell',
    want: reviewWant(judged),
    reason: 'done',
    now: t0 + 6,
  })
  assert(answer.ok, 'it is offered')
  await end(store, attempt.id)
  return answer.reviewTask
}

export const reviewing = conformance('offerReview and decideReview', {
  'work in review is held by exactly its review, which its maker may not take': async ({
    store,
  }) => {
    const { judged, reviewTask } = await inReview(store)
    expect(await stateOf(store, judged)).toBe('held')
    expect(await liveHolds(store, judged)).toEqual([{ kind: 'review', reviewTask }])
    expect(await store.task(reviewTask)).toMatchObject({
      state: 'ready',
      demand: { role: 'reviewer', notAgent: 'shell' },
      order: { reviewOf: judged },
    })
    expect(await store.review(reviewTask)).toMatchObject({ judged, maker: 'shell', decision: null })
    expect(await kindsOf(store, judged)).toContain('review.offered')
  },

  'only the attempt that holds the work may offer it': async ({ store }) => {
    const { judged, attemptId } = await inReview(store)
    const late = { taskId: judged, attemptId, verified: false, maker: 'shell', reason: 'late' }
    const again = await store.offerReview({ ...late, want: reviewWant(judged), now: t0 + 2 })
    expect(refusedCode(again)).toBe('fence.stale')
    expect(await store.reviewsOf(judged)).toHaveLength(1)
  },

  'approval settles the work done and the review with it': async ({ store }) => {
    const { judged, reviewTask } = await inReview(store)
    passed(await decide(store, reviewTask, 'approve'))
    expect(await store.task(judged)).toMatchObject({
      state: 'settled',
      outcome: 'done',
      verified: true,
      settledBy: 'ann',
    })
    expect(await store.task(reviewTask)).toMatchObject({
      outcome: 'done',
      reason: 'decided: approve',
    })
    expect(await liveHolds(store, judged)).toEqual([])
  },

  'rejection settles the work as failed, with the reason': async ({ store }) => {
    const { judged, reviewTask } = await inReview(store)
    passed(await decide(store, reviewTask, 'reject', { text: 'wrong idea' }))
    expect(await store.task(judged)).toMatchObject({ outcome: 'failed', reason: 'wrong idea' })
    expect(await store.task(reviewTask)).toMatchObject({ outcome: 'done' })
  },

  'asking for changes makes the work ready again, and charges nobody': async ({ store }) => {
    const { judged, reviewTask } = await inReview(store)
    passed(await decide(store, reviewTask, 'changes', { text: 'add a test' }))
    expect(await stateOf(store, judged)).toBe('ready')
    expect(await store.reviewsOf(judged)).toMatchObject([
      { decision: 'changes', text: 'add a test' },
    ])
    const returned = (await store.facts({ taskId: judged, kinds: ['task.returned'], limit: 9 })).at(
      -1,
    )
    expect(present(returned, 'it was returned').body).toMatchObject({ charged: false })
  },

  'a review is decided once': async ({ store, sql }) => {
    const { judged, reviewTask } = await inReview(store)
    passed(await decide(store, reviewTask, 'changes'))
    expect(refusedCode(await decide(store, reviewTask, 'approve'))).toBe('review.decided')
    await expect(
      sql(`UPDATE reviews SET decision = 'approve' WHERE task_id = ${reviewTask}`),
    ).rejects.toThrow('decided once')
    expect(await stateOf(store, judged)).toBe('ready')
  },

  'a review that is over without a decision is decided by nobody; the one offered instead is':
    async ({ store }) => {
      const { judged, reviewTask } = await inReview(store)
      const gone = { taskId: reviewTask, by: 'ann', reason: 'asleep', now: t0 + 3 }
      passed(await store.settleByHand({ ...gone, outcome: 'cancelled' }))
      expect(refusedCode(await decide(store, reviewTask, 'reject'))).toBe('review.over')
      expect(await stateOf(store, judged)).toBe('held')
      const [, again] = await store.reviewsOf(judged)
      passed(await decide(store, present(again, 'it is offered again').taskId, 'approve'))
      expect(await store.task(judged)).toMatchObject({ outcome: 'done' })
    },

  'a session decides only the review it holds': async ({ store }) => {
    const { judged, attemptId, reviewTask } = await inReview(store)
    const maker = await decide(store, reviewTask, 'approve', { attemptId })
    expect(refusedCode(maker)).toBe('fence.stale')
    expect(await stateOf(store, judged)).toBe('held')
    const reviewer = await claimOne(store, { agent: 'critic' })
    passed(await decide(store, reviewTask, 'approve', { attemptId: reviewer.attempt.id }))
    expect(await stateOf(store, judged)).toBe('settled done')
  },

  'a review that ends without a decision is offered anew, three times, then a person is asked':
    async ({ store }) => {
      const { judged, reviewTask } = await inReview(store)
      let live = reviewTask
      for (const round of [1, 2]) {
        const reviewer = await claimOne(store, { agent: 'critic' })
        await end(store, reviewer.attempt.id)
        passed(await store.settle(settleArgs(reviewer, 'failed')))
        const [hold] = await liveHolds(store, judged)
        assert(hold?.kind === 'review' && hold.reviewTask > live, 'another review is offered')
        live = hold.reviewTask
        expect(await stateOf(store, live)).toBe('ready')
        expect(await store.reviewsOf(judged)).toHaveLength(round + 1)
      }
      const last = await claimOne(store, { agent: 'critic' })
      passed(await store.settle(settleArgs(last, 'failed')))
      expect(await liveHolds(store, judged)).toMatchObject([{ kind: 'person' }])
      expect(await stateOf(store, judged)).toBe('held')
      expect(await store.incidents({ openOnly: true, limit: 9 })).toMatchObject([
        { key: expect.stringMatching(/^ask:/), data: { tasks: [judged] } },
      ])
    },

  'a fourth round of changes is shown to a person first': async ({ store }) => {
    const { judged, attemptId, reviewTask } = await inReview(store)
    await end(store, attemptId)
    let live = reviewTask
    for (let round = 1; round <= 3; round += 1) {
      passed(await decide(store, live, 'changes'))
      expect(await stateOf(store, judged)).toBe('ready')
      live = await offerAgain(store, judged)
    }
    expect(await decide(store, live, 'changes')).toMatchObject({ ok: true, askedPerson: true })
    expect(await liveHolds(store, judged)).toMatchObject([{ kind: 'person' }])
  },

  'a person who settles the work ends its review, and stops who is at it': async ({ store }) => {
    const { judged, reviewTask } = await inReview(store)
    const reviewer = await claimOne(store, { agent: 'critic' })
    const byHand = { outcome: 'cancelled', by: 'ann', reason: 'not needed', now: t0 + 9 } as const
    passed(await store.settleByHand({ taskId: judged, ...byHand }))
    expect(await store.task(reviewTask)).toMatchObject({ state: 'settled', outcome: 'cancelled' })
    expect((await store.attempt(reviewer.attempt.id))?.stop).not.toBeNull()
    expect(await store.reviewsOf(judged)).toHaveLength(1)
  },

  'the hold of a review is released by its decision alone': async ({ store }) => {
    const { judged } = await inReview(store)
    const [hold] = await store.holdsOf(judged, true)
    const answer = await store.release({ holdId: hold?.id ?? 0, by: 'ann', now: t0 + 2 })
    expect(refusedCode(answer)).toBe('hold.review')
    expect(await stateOf(store, judged)).toBe('held')
  },

  'a review that was lost past every verb is offered again': async ({ store, sql }) => {
    const { judged, reviewTask } = await inReview(store)
    await sql(
      `UPDATE holds SET release_json = '{"kind":"review","reviewTask":999}' WHERE task_id = ${judged}`,
    )
    expect(await store.unreviewed(9)).toEqual([])
    expect(await store.mendReview({ judged, now: t0 + 3 })).toEqual({ offered: false })
    await sql(`DELETE FROM reviews WHERE task_id = ${reviewTask}`)
    expect(await store.unreviewed(9)).toEqual([judged])
    expect(await store.mendReview({ judged, now: t0 + 3 })).toEqual({ offered: true })
    expect(await liveHolds(store, judged)).toMatchObject([{ kind: 'person' }])
    expect(await store.unreviewed(9)).toEqual([])
  },

  'pruning keeps a review as long as its work is unsettled': async ({ store }) => {
    const { judged, reviewTask } = await inReview(store)
    passed(await decide(store, reviewTask, 'changes'))
    const old = await settled(store, 'done')
    expect(await store.prune({ before: t0 + 100, limit: 9, now: t0 + 100 })).toEqual({ tasks: 1 })
    expect(await store.task(old.id)).toBeNull()
    expect(await store.reviewsOf(judged)).toHaveLength(1)
  },
})
