// Settle, giveBack, settleByHand: a task is decided once, by whoever holds it or by a person, and stays so.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import {
  afterTask,
  checked,
  claimOne,
  enqueue,
  failure,
  forPerson,
  giveBackArgs,
  kindsOf,
  passed,
  refusalsOf,
  refusedCode,
  settleArgs,
  settled,
  stateOf,
  success,
  t0,
  taken,
  untilTime,
} from './wants.ts'

const byHand = { outcome: 'cancelled', by: 'ann', reason: 'not needed', now: t0 + 9 } as const

export const settling = conformance('settle, giveBack and settleByHand', {
  'the attempt that holds a task settles it, once': async ({ store }) => {
    const claimed = await taken(store, { order: checked })
    passed(await store.settle({ ...settleArgs(claimed, 'done', t0 + 3), verified: true }))
    expect(await store.task(claimed.task.id)).toMatchObject({
      state: 'settled',
      outcome: 'done',
      verified: true,
      settledAt: t0 + 3,
      settledBy: 'dispatcher',
      reason: 'exit 0',
    })
    const before = await store.task(claimed.task.id)
    expect(refusedCode(await store.settle(settleArgs(claimed, 'failed', t0 + 4)))).toBe(
      'fence.stale',
    )
    expect(await store.task(claimed.task.id)).toEqual(before)
    expect((await kindsOf(store, claimed.task.id)).slice(2)).toEqual([
      'task.settled',
      'write.refused',
    ])
    expect(await store.counts()).toMatchObject({ taken: 0, done: 1, failed: 0 })
  },

  'only what is done is verified or not': async ({ store }) => {
    const claimed = await taken(store)
    passed(await store.settle({ ...settleArgs(claimed, 'failed'), verified: true }))
    expect(await store.task(claimed.task.id)).toMatchObject({ outcome: 'failed', verified: null })
  },

  'a late failure cannot reopen a settled task': async ({ store }) => {
    const claimed = await taken(store)
    passed(await store.say({ attemptId: claimed.attempt.id, word: 'done', text: '', now: t0 }))
    passed(await store.end({ attemptId: claimed.attempt.id, verdict: failure, now: t0 + 1 }))
    const before = await store.task(claimed.task.id)
    expect(refusedCode(await store.giveBack(giveBackArgs(claimed)))).toBe('fence.stale')
    expect(refusedCode(await store.giveBack(giveBackArgs(claimed, [untilTime(t0 + 9)])))).toBe(
      'fence.stale',
    )
    expect(refusedCode(await store.settle(settleArgs(claimed, 'failed')))).toBe('fence.stale')
    expect([
      await store.task(claimed.task.id),
      await store.holdsOf(claimed.task.id, false),
    ]).toEqual([before, []])
    expect(await refusalsOf(store, claimed.task.id)).toEqual([
      'giveBack fence.stale',
      'giveBack fence.stale',
      'settle fence.stale',
    ])
    expect(await store.readyDemands()).toEqual([])
  },

  'the first attempt cannot finish what the second one holds': async ({ store }) => {
    const first = await taken(store)
    passed(await store.end({ attemptId: first.attempt.id, verdict: failure, now: t0 }))
    passed(await store.giveBack(giveBackArgs(first)))
    const second = await claimOne(store)
    expect([second.task.id, second.task.attempts]).toEqual([first.task.id, 2])
    for (const outcome of ['done', 'failed'] as const)
      expect(refusedCode(await store.settle(settleArgs(first, outcome)))).toBe('fence.stale')
    expect(refusedCode(await store.giveBack(giveBackArgs(first)))).toBe('fence.stale')
    expect(await store.task(first.task.id)).toMatchObject({
      state: 'taken',
      attemptId: second.attempt.id,
    })
    expect(await refusalsOf(store, first.task.id)).toEqual([
      'settle fence.stale',
      'settle fence.stale',
      'giveBack fence.stale',
    ])
    passed(await store.settle(settleArgs(second)))
    expect(await stateOf(store, first.task.id)).toBe('settled done')
  },

  'an attempt cannot settle another task than its own': async ({ store }) => {
    const [own, foreign] = [await taken(store), await taken(store)]
    const crossed = { ...settleArgs(own), taskId: foreign.task.id }
    expect(refusedCode(await store.settle(crossed))).toBe('fence.stale')
    expect(
      refusedCode(await store.giveBack({ ...giveBackArgs(own), taskId: foreign.task.id })),
    ).toBe('fence.stale')
    expect(refusedCode(await store.settle({ ...crossed, taskId: 77 }))).toBe('task.missing')
    expect(await store.counts()).toMatchObject({ taken: 2 })
  },

  'what is given back is ready again, or held for as long as it must wait': async ({ store }) => {
    const first = await taken(store)
    passed(await store.giveBack(giveBackArgs(first, [], t0 + 5)))
    expect(await store.task(first.task.id)).toMatchObject({
      state: 'ready',
      readyAt: t0 + 5,
      attempts: 1,
    })
    const second = await claimOne(store)
    passed(await store.giveBack(giveBackArgs(second, [untilTime(t0 + 50), forPerson], t0 + 6)))
    expect(await stateOf(store, first.task.id)).toBe('held')
    expect((await store.holdsOf(first.task.id, true)).map((hold) => hold.kind)).toEqual([
      'time',
      'person',
    ])
    expect((await kindsOf(store, first.task.id)).slice(1)).toEqual([
      'attempt.claimed',
      'task.returned',
      'task.ready',
      'attempt.claimed',
      'task.returned',
      'task.held',
      'task.held',
    ])
    expect(
      (await store.facts({ taskId: first.task.id, kinds: ['task.returned'], limit: 1 }))[0]?.body,
    ).toEqual({ kind: 'task.returned', reason: 'it failed', charged: true })
  },

  'a task may be given back to wait for another, but not in a circle': async ({ store }) => {
    const over = await settled(store, 'done')
    const blocker = await enqueue(store, { holds: [forPerson] })
    const claimed = await taken(store)
    const waiter = await enqueue(store, { holds: [afterTask(claimed.task.id)] })
    expect(refusedCode(await store.giveBack(giveBackArgs(claimed, [afterTask(waiter.id)])))).toBe(
      'hold.circle',
    )
    expect([
      await stateOf(store, claimed.task.id),
      await store.holdsOf(claimed.task.id, false),
    ]).toEqual(['taken', []])
    passed(await store.giveBack(giveBackArgs(claimed, [afterTask(blocker.id), afterTask(over.id)])))
    expect((await store.holdsOf(claimed.task.id, true)).map((hold) => hold.release)).toEqual([
      afterTask(blocker.id),
    ])
    passed(await store.settleByHand({ ...byHand, taskId: blocker.id, outcome: 'done' }))
    expect(await stateOf(store, claimed.task.id)).toBe('ready')
  },

  'a person settles a task in any state but settled': async ({ store }) => {
    const running = await taken(store)
    const [held, ready] = [await enqueue(store, { holds: [forPerson] }), await enqueue(store)]
    for (const [id, stopping] of [
      [held.id, null],
      [ready.id, null],
      [running.task.id, running.attempt.id],
    ] as const) {
      expect(passed(await store.settleByHand({ taskId: id, ...byHand })).stopping).toBe(stopping)
      expect(await store.task(id)).toMatchObject({
        state: 'settled',
        outcome: 'cancelled',
        settledBy: 'ann',
        reason: 'not needed',
        settledAt: t0 + 9,
        verified: null,
      })
      expect(
        refusedCode(await store.settleByHand({ taskId: id, ...byHand, outcome: 'done' })),
      ).toBe('task.settled')
      expect(await stateOf(store, id)).toBe('settled cancelled')
      expect(await refusalsOf(store, id)).toEqual(['settleByHand task.settled'])
    }
    expect(refusedCode(await store.settleByHand({ taskId: 77, ...byHand }))).toBe('task.missing')
    expect(await store.counts()).toEqual({
      held: 0,
      ready: 0,
      taken: 0,
      done: 0,
      failed: 0,
      cancelled: 3,
    })
  },

  'a task settled by hand under a running session asks it to stop, and its later end is its own':
    async ({ store }) => {
      const { task, attempt } = await taken(store)
      passed(await store.settleByHand({ taskId: task.id, ...byHand }))
      expect(await store.attempt(attempt.id)).toMatchObject({
        state: 'claimed',
        stop: { by: 'ann', reason: expect.stringContaining('cancelled') },
      })
      expect((await store.unended('h1')).map((one) => one.id)).toEqual([attempt.id])
      expect(
        refusedCode(await store.say({ attemptId: attempt.id, word: 'done', text: '', now: t0 })),
      ).toBe('fence.stale')
      passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
      expect(await stateOf(store, task.id)).toBe('settled cancelled')
    },

  'an attempt, its agent and a person who decide at once decide once': async ({
    store,
    another,
  }) => {
    const other = await another()
    for (let round = 0; round < 12; round += 1) {
      const claimed = await taken(store)
      const results = await Promise.all([
        store.settle(settleArgs(claimed)),
        other.settleByHand({ taskId: claimed.task.id, ...byHand }),
        store.say({ attemptId: claimed.attempt.id, word: 'fail', text: '', now: t0 }),
        other.giveBack(giveBackArgs(claimed)),
      ])
      // A person may also settle what was given back a moment before; an attempt may not.
      const [settledByAttempt, settledByPerson, said, given] = results.map((result) => result.ok)
      expect(
        Number(settledByAttempt) + Number(said) + Number(given) + Number(settledByPerson && !given),
      ).toBe(1)
      const facts = (await kindsOf(store, claimed.task.id)).filter(
        (kind) => kind === 'task.settled',
      )
      expect(facts).toHaveLength(settledByPerson || settledByAttempt || said ? 1 : 0)
      if (facts.length === 0)
        passed(await store.settleByHand({ taskId: claimed.task.id, ...byHand }))
    }
  },
})
