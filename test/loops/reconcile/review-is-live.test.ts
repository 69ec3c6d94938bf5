// review-is-live: a task in review that lost its review past every verb gets another, or a person.

import { expect, test } from 'vitest'

import { assert } from '../../../src/base/assert.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { reviewIsLive } from '../../../src/loops/reconcile/rules/review-is-live.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import { demand, order, t0, taken } from '../../drivers/store/conformance/wants.ts'

test('review-is-live leaves a task alone whose review is live, and mends one that has none', async () => {
  const store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
  const { task, attempt } = await taken(store, { order: { ...order, review: true } })
  const want = { title: 'r', priority: 0, demand, order: { ...order, reviewOf: task.id } }
  const offered = await store.offerReview({
    taskId: task.id,
    attemptId: attempt.id,
    verified: false,
    maker: 'shell',
    want: { ...want, attemptsMax: 1, by: 'x', now: t0 },
    reason: 'done',
    now: t0,
  })
  assert(offered.ok, 'its attempt offers it')
  const look = { store, clock: systemClock, now: t0, limits: defaultLimits, by: 'test' }
  const find = () => reviewIsLive.find({ ...look, broken: async () => [] })
  expect(await find()).toEqual([])
  const by = { by: 'ann', reason: 'away', now: t0 + 1 }
  await store.settleByHand({ taskId: offered.reviewTask, outcome: 'cancelled', ...by })
  expect(await find()).toEqual([]) // its settlement has offered another
  const live = (await store.reviewsOf(task.id)).at(-1)
  expect(live?.taskId).toBeGreaterThan(offered.reviewTask)
  await store.close()
})
