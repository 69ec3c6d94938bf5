// What follows an ending that settled nothing: judged from the rows of the task's attempts alone.

import { describe, expect, test } from 'vitest'

import { type Comparison, isCharged, nextAfter } from '../../../src/lifecycle/settle/budget.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import { failureClasses, type FailureClass } from '../../../src/model/failure.ts'
import { ended, verdict } from '../../support/nouns.ts'

const rules = {
  backoffMs: [30_000, 60_000, 120_000],
  unchargedMax: 4,
  attemptsMax: 3,
  jitter: (ms: number) => ms,
}
const now = 1_000_000
const times = (count: number, name: FailureClass): Attempt[] =>
  Array.from({ length: count }, (_, i) => ended(name, { id: i + 1, endedAt: now }))
/** Lanes that pass, and many other tasks of which none ended well lately. */
const fine: Comparison = { notPassing: [], wellIds: [], others: 9 }
const judge = (history: readonly Attempt[]) => nextAfter(history, rules, now, () => fine)

describe('the budget of a task', () => {
  test('a charged ending waits for the next backoff, and the last backoff repeats', () => {
    const waits = [1, 2].map((count) => judge(times(count, 'task_failed')))
    expect(waits).toMatchObject([
      {
        next: 'retry',
        charged: true,
        holds: [{ kind: 'time', until: now + 30_000, why: 'backoff' }],
      },
      {
        next: 'retry',
        charged: true,
        holds: [{ kind: 'time', until: now + 60_000, why: 'backoff' }],
      },
    ])
    const long = nextAfter(times(9, 'task_failed'), { ...rules, attemptsMax: 99 }, now, () => fine)
    expect(long).toMatchObject({ holds: [{ until: now + 120_000 }] })
  })

  test('the last charged attempt fails the task, and says which it was', () => {
    expect(judge(times(3, 'task_failed'))).toEqual({
      next: 'fail',
      reason: 'task_failed: seen: task_failed (attempt 3 of 3)',
    })
  })

  test.each(failureClasses.filter((name) => !isCharged(name)))(
    '%s alone never fails a task',
    (name) => {
      expect(judge(times(500, name))).toMatchObject({ next: 'retry', charged: false })
    },
  )

  test('what is not charged does not use up the budget of what is', () => {
    const history = [...times(3, 'network'), ...times(2, 'task_failed')]
    expect(judge(history)).toMatchObject({ next: 'retry', charged: true })
  })

  test('nothing is free for ever: too many uncharged endings in a day wait an hour', () => {
    expect(judge(times(3, 'network'))).toMatchObject({ holds: [{ why: 'backoff' }] })
    expect(judge(times(4, 'network'))).toMatchObject({
      next: 'retry',
      holds: [{ kind: 'time', until: now + 3_600_000, why: 'cooldown' }],
    })
    const yesterday = times(3, 'network').map((one) => ({ ...one, endedAt: now - 25 * 3_600_000 }))
    expect(judge([...yesterday, ...times(1, 'network')])).toMatchObject({
      holds: [{ why: 'backoff' }],
    })
  })

  test('an attempt over budget is not charged while a lane is out of order, and such are bounded, too', () => {
    const out = { ...fine, notPassing: ['fleet'] }
    const over = (count: number) => nextAfter(times(count, 'task_failed'), rules, now, () => out)
    expect(over(3)).toMatchObject({ next: 'retry', charged: true, tell: null })
    expect(over(4)).toMatchObject({ next: 'retry', charged: false, holds: [{ why: 'backoff' }] })
    expect(over(rules.attemptsMax + rules.unchargedMax)).toMatchObject({
      next: 'retry',
      charged: false,
      holds: [{ why: 'cooldown', until: now + 3_600_000 }],
      tell: expect.stringContaining('nobody can be charged'),
    })
    expect(nextAfter(times(4, 'task_failed'), rules, now, () => fine)).toMatchObject({
      next: 'fail',
    })
  })

  test('only a start after it that ended well shows that others pass where an attempt failed', () => {
    const lanes = ['agent:a', 'cli:claude', 'fleet', 'host:h']
    const hollow = [1, 5, 9].map((id) => ended('hollow', { id, endedAt: now, lanes }))
    const beside = (...wellIds: number[]) =>
      nextAfter(hollow, rules, now, () => ({ ...fine, wellIds, others: 5 }))
    // Begun before the newest and ended whenever: it speaks for the first two attempts alone.
    expect(beside(3, 8)).toMatchObject({ next: 'retry', charged: false })
    expect(beside(3, 8, 10)).toMatchObject({ next: 'fail' })
    // Nobody passed while it failed: what swallowed its calls may have swallowed everybody's until then.
    expect(beside(10)).toMatchObject({ next: 'retry', charged: true })
  })

  test('the same uncharged class three times is the task’s only where others passed after each', () => {
    const lanes = ['agent:a', 'cli:claude', 'fleet', 'host:h']
    const following = (ids: readonly number[], wellIds: readonly number[], name: FailureClass) =>
      nextAfter(
        ids.map((id) => ended(name, { id, endedAt: now, lanes })),
        rules,
        now,
        () => ({ ...fine, wellIds }),
      )
    const apart = [1, 5, 9]
    expect(following(apart, [3, 7, 10], 'network')).toMatchObject({ next: 'fail' })
    // A stated limit never is the task’s, whoever passes.
    expect(following(apart, [3, 7, 10], 'rate_limited')).toMatchObject({ next: 'retry' })
    // 1 and 5 met one outage: nobody passed between them, and who passed later says nothing of it.
    expect(following(apart, [7, 10], 'network')).toMatchObject({ next: 'retry', charged: false })
    expect(following([1, 2, 3, 4, 5], [6, 7, 8], 'network')).toMatchObject({ charged: false })
    expect(following([1, 2, 3, 4, 5, 9, 13], [7, 10, 14], 'network')).toMatchObject({
      next: 'fail',
    })
  })

  test('two tasks that shield each other from every charge wait longer each time, and a person is told', () => {
    const lanes = ['agent:a', 'cli:claude', 'fleet', 'host:h']
    const following = (count: number) =>
      nextAfter(
        times(count, 'hollow').map((one) => ({ ...one, lanes, endedAt: now - 25 * 3_600_000 })),
        rules,
        now,
        () => ({ ...fine, others: 1 }),
      )
    expect(following(2)).toMatchObject({ charged: false, holds: [{ why: 'backoff' }], tell: null })
    expect(following(3)).toMatchObject({ holds: [{ why: 'cooldown', until: now + 3_600_000 }] })
    expect(following(5)).toMatchObject({ holds: [{ until: now + 4 * 3_600_000 }], tell: null })
    expect(following(6)).toMatchObject({ tell: expect.stringContaining('6 times in a row') })
  })

  test('an attempt that provably never started costs no wait', () => {
    const never = ended(verdict('launch_failed', { neverStarted: true }))
    expect(judge([never])).toMatchObject({ next: 'retry', holds: [], charged: false })
  })

  test('a model that declined is not asked again, and a context that was too large only once', () => {
    expect(judge(times(1, 'content_refused'))).toMatchObject({ next: 'fail' })
    expect(judge(times(1, 'context_too_large'))).toMatchObject({ next: 'retry' })
    expect(judge(times(2, 'context_too_large'))).toMatchObject({ next: 'fail' })
  })
})
