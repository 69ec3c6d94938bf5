// Note, say, askStop, end: what a session tells while it lives, and its proven end.

import { expect } from 'vitest'

import type { Usage } from '../../../../src/model/attempt.ts'
import { conformance } from './world.ts'
import {
  checked,
  claimOne,
  failure,
  giveBackArgs,
  kindsOf,
  passed,
  refusalsOf,
  refusedCode,
  settleArgs,
  stateOf,
  success,
  t0,
  taken,
} from './wants.ts'

const usage: Usage = { inputTokens: 10, outputTokens: 20, costUsd: 0.5, turns: 3, sessionId: 's-1' }
const done = (attemptId: number) =>
  ({ attemptId, word: 'done', text: 'all green', now: t0 + 3 }) as const

export const watching = conformance('note, say, askStop and end', {
  'notes are facts of the attempt and its task, and the newest usage and progress stay with it':
    async ({ store }) => {
      const { attempt } = await taken(store)
      const attemptId = attempt.id
      passed(
        await store.note({
          attemptId,
          bodies: [{ kind: 'attempt.ordered', receipt: 'r' }],
          usage,
          progress: 'half',
          now: t0 + 1,
        }),
      )
      passed(
        await store.note({
          attemptId,
          bodies: [],
          usage: { ...usage, turns: 4 },
          progress: 'most',
          now: t0 + 2,
        }),
      )
      expect(await store.attempt(attemptId)).toMatchObject({
        usage: { ...usage, turns: 4 },
        progress: { text: 'most', at: t0 + 2 },
      })
      const facts = await store.facts({ attemptId, after: 2, limit: 9 })
      expect(facts.map((fact) => fact.body.kind)).toEqual([
        'attempt.ordered',
        'attempt.progress',
        'attempt.progress',
      ])
      expect(new Set(facts.map((fact) => fact.taskId))).toEqual(new Set([attempt.taskId]))
    },

  'the word of an agent settles a task without a check at once': async ({ store }) => {
    for (const [word, state] of [
      ['done', 'settled done'],
      ['fail', 'settled failed'],
    ] as const) {
      const { task, attempt } = await taken(store)
      expect(
        passed(await store.say({ attemptId: attempt.id, word, text: 'so', now: t0 + 3 })).settled,
      ).toBe(true)
      expect(await stateOf(store, task.id)).toBe(state)
      expect(await store.task(task.id)).toMatchObject({
        settledAt: t0 + 3,
        settledBy: `attempt ${attempt.id}`,
        reason: 'so',
        verified: word === 'done' ? false : null,
      })
      expect(await store.attempt(attempt.id)).toMatchObject({
        state: 'claimed',
        said: { word, text: 'so', at: t0 + 3 },
      })
      expect((await kindsOf(store, task.id)).slice(2)).toEqual(['attempt.said', 'task.settled'])
    }
  },

  'where there is a check, the word of an agent is a fact and no more': async ({ store }) => {
    const { task, attempt } = await taken(store, { order: checked })
    expect(passed(await store.say(done(attempt.id))).settled).toBe(false)
    expect([await stateOf(store, task.id), (await store.attempt(attempt.id))?.said?.word]).toEqual([
      'taken',
      'done',
    ])
    expect((await kindsOf(store, task.id)).slice(2)).toEqual(['attempt.said'])
  },

  'a session that closed its task is followed to its end, and its end changes nothing of the task':
    async ({ store }) => {
      const { task, attempt } = await taken(store)
      passed(await store.say(done(attempt.id)))
      const before = await store.task(task.id)
      passed(
        await store.note({ attemptId: attempt.id, bodies: [], progress: 'tidying', now: t0 + 4 }),
      )
      passed(await store.end({ attemptId: attempt.id, verdict: failure, usage, now: t0 + 5 }))
      expect(await store.attempt(attempt.id)).toMatchObject({
        state: 'ended',
        endedAt: t0 + 5,
        verdict: failure,
        usage,
      })
      expect(await store.task(task.id)).toEqual(before)
      expect(await store.endedUnsettled(null, 9)).toEqual([])
    },

  'an attempt that lost its task has no word any more, but an end': async ({ store }) => {
    const first = await taken(store)
    passed(await store.giveBack(giveBackArgs(first)))
    const second = await claimOne(store)
    expect(second.task.id).toBe(first.task.id)
    expect(refusedCode(await store.say(done(first.attempt.id)))).toBe('fence.stale')
    expect(await store.task(first.task.id)).toMatchObject({
      state: 'taken',
      attemptId: second.attempt.id,
    })
    expect((await store.attempt(first.attempt.id))?.said).toBeNull()
    expect(await refusalsOf(store, first.task.id)).toEqual(['say fence.stale'])
    passed(await store.end({ attemptId: first.attempt.id, verdict: failure, now: t0 }))
    expect(passed(await store.say(done(second.attempt.id))).settled).toBe(true)
    expect(refusedCode(await store.say({ ...done(second.attempt.id), word: 'fail' }))).toBe(
      'fence.stale',
    )
    expect(await stateOf(store, first.task.id)).toBe('settled done')
  },

  'an ended attempt says and notes nothing more, and that is recorded': async ({ store }) => {
    const { task, attempt } = await taken(store)
    passed(await store.end({ attemptId: attempt.id, verdict: failure, now: t0 + 1 }))
    expect(refusedCode(await store.say(done(attempt.id)))).toBe('attempt.ended')
    expect(
      refusedCode(await store.note({ attemptId: attempt.id, bodies: [], progress: 'x', now: t0 })),
    ).toBe('attempt.ended')
    expect([await stateOf(store, task.id), (await store.attempt(attempt.id))?.said]).toEqual([
      'taken',
      null,
    ])
    expect(await refusalsOf(store, task.id)).toEqual(['say attempt.ended', 'note attempt.ended'])
    expect(refusedCode(await store.say(done(77)))).toBe('attempt.missing')
    expect(refusedCode(await store.note({ attemptId: 77, bodies: [], now: t0 }))).toBe(
      'attempt.missing',
    )
  },

  'an attempt ends once, and the first verdict stands': async ({ store }) => {
    const { task, attempt } = await taken(store)
    passed(
      await store.end({
        attemptId: attempt.id,
        verdict: { ...failure, signal: 'SIGKILL' },
        now: t0 + 1,
      }),
    )
    const before = await store.attempt(attempt.id)
    expect(
      refusedCode(await store.end({ attemptId: attempt.id, verdict: success, usage, now: t0 + 2 })),
    ).toBe('attempt.ended')
    expect(await store.attempt(attempt.id)).toEqual(before)
    expect((await kindsOf(store, task.id)).filter((kind) => kind === 'attempt.ended')).toHaveLength(
      1,
    )
    expect((await store.endedUnsettled('h1', 9)).map((one) => one.task.id)).toEqual([task.id])
  },

  'a loss is not recorded of who renewed since the lease was read': async ({ store }) => {
    const { task, attempt } = await taken(store)
    const lost = { attemptId: attempt.id, verdict: failure, leaseUntil: attempt.leaseUntil }
    await store.renew({ host: attempt.host, leaseUntil: attempt.leaseUntil + 60_000, now: t0 })
    expect(refusedCode(await store.end({ ...lost, now: t0 + 1 }))).toBe('attempt.renewed')
    expect((await store.attempt(attempt.id))?.state).toBe('claimed')
    expect(await stateOf(store, task.id)).toBe('taken')
    const leaseUntil = attempt.leaseUntil + 60_000
    passed(await store.end({ ...lost, leaseUntil, now: t0 + 2 }))
    expect(await store.renew({ host: attempt.host, leaseUntil, now: t0 })).toEqual({ renewed: 0 })
  },

  'an end without usage keeps the usage that was noted': async ({ store }) => {
    const { attempt } = await taken(store)
    passed(await store.note({ attemptId: attempt.id, bodies: [], usage, now: t0 }))
    passed(await store.end({ attemptId: attempt.id, verdict: success, usage: null, now: t0 }))
    expect((await store.attempt(attempt.id))?.usage).toEqual(usage)
  },

  'a stop is asked once, by the first who asks, of who still lives': async ({ store }) => {
    const [living, over] = [await taken(store), await taken(store)]
    passed(await store.settle(settleArgs(over)))
    passed(await store.end({ attemptId: over.attempt.id, verdict: success, now: t0 }))
    const attemptIds = [living.attempt.id, over.attempt.id, 77]
    expect(await store.askStop({ attemptIds, reason: 'cancelled', by: 'ann', now: t0 })).toEqual({
      asked: 1,
    })
    expect(await store.askStop({ attemptIds, reason: 'other', by: 'bob', now: t0 })).toEqual({
      asked: 0,
    })
    expect((await store.attempt(living.attempt.id))?.stop).toEqual({
      reason: 'cancelled',
      by: 'ann',
    })
    expect((await store.attempt(over.attempt.id))?.stop).toBeNull()
    expect(
      (await kindsOf(store, living.task.id)).filter((kind) => kind === 'attempt.stop_asked'),
    ).toHaveLength(1)
  },
})
