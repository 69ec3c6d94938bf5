// Prune: the only way to delete, and it keeps whatever somebody still needs. Close waits for what was asked.

import { expect } from 'vitest'

import { doubt, perform, reserve } from './effects.ts'
import { conformance } from './world.ts'
import {
  afterTask,
  enqueue,
  kindsOf,
  passed,
  settleArgs,
  settled,
  stateOf,
  success,
  t0,
  taken,
  untilTime,
  want,
} from './wants.ts'

const all = { before: t0 + 1_000, limit: 100, now: t0 + 2_000 }

export const keeping = conformance('prune and close', {
  'an attempt finds the configuration it was claimed under, and nobody changes it': async ({
    store,
  }) => {
    const { attempt } = await taken(store)
    expect(await store.configOf(attempt.id)).toEqual({ hash: 'c0ffee', config: null })
    await store.keepConfig({ hash: 'c0ffee', config: '{"a":1}', now: t0 })
    await store.keepConfig({ hash: 'c0ffee', config: '{"a":2}', now: t0 })
    expect(await store.configOf(attempt.id)).toEqual({ hash: 'c0ffee', config: '{"a":1}' })
    expect(await store.configOf(attempt.id + 1)).toBeNull()
  },

  'what a pruned task did to the world is remembered: its key is not free': async ({ store }) => {
    const { task, attempt } = await taken(store)
    const holder = { attemptId: attempt.id, process: null }
    await reserve(store, { key: 'sent', holder })
    await reserve(store, { key: 'unsure', holder })
    passed(await perform(store, 1, 'sent'))
    passed(await doubt(store, 1, null, 'unsure'))
    passed(await store.settle(settleArgs({ task, attempt })))
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
    expect(await store.prune(all)).toEqual({ tasks: 1 })
    expect(await store.attempt(attempt.id)).toBeNull()
    expect(await reserve(store, { key: 'sent' })).toMatchObject({
      yours: false,
      effect: { state: 'performed', taskId: task.id },
    })
    expect(await reserve(store, { key: 'unsure' })).toMatchObject({
      yours: false,
      effect: { state: 'uncertain' },
    })
    const [open] = await store.openEffects({ now: t0 + 9, limit: 9 })
    expect(open).toBeUndefined() // only a person can say
  },

  'old settled tasks go with everything of theirs, and totals stay true': async ({
    store,
    sql,
  }) => {
    const { task, attempt } = await taken(store, { key: { key: 'k', scope: 'open' }, holds: [] })
    passed(
      await store.settle(
        settleArgs(task.state === 'taken' ? { task, attempt } : { task, attempt }),
      ),
    )
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
    const held = await enqueue(store, { holds: [untilTime(t0)] })
    passed(
      await store.settleByHand({
        taskId: held.id,
        outcome: 'cancelled',
        by: 'ann',
        reason: '',
        now: t0,
      }),
    )
    const young = await settled(store, 'done', { now: t0 + 1_000 })
    expect(await store.prune(all)).toEqual({ tasks: 2 })
    expect([
      await store.task(task.id),
      await store.attempt(attempt.id),
      await store.holdsOf(held.id, false),
    ]).toEqual([null, null, []])
    expect([await kindsOf(store, task.id), await kindsOf(store, held.id)]).toEqual([[], []])
    expect(await sql('SELECT key FROM keys')).toEqual([])
    expect(await sql('SELECT name FROM permits')).toEqual([])
    expect([await stateOf(store, young.id), await kindsOf(store, young.id)]).toEqual([
      'settled done',
      ['task.enqueued', 'task.settled'],
    ])
    expect(await store.counts()).toMatchObject({ done: 1, cancelled: 0 })
    expect((await store.enqueue(want({ key: { key: 'k', scope: 'open' } }))).deduped).toBe(false)
  },

  'nothing unsettled goes, however old': async ({ store }) => {
    await enqueue(store, { holds: [untilTime(t0)] })
    await enqueue(store)
    await taken(store)
    expect(await store.prune({ ...all, before: t0 * 2 })).toEqual({ tasks: 0 })
    expect(await store.counts()).toMatchObject({ held: 1, ready: 1, taken: 1 })
  },

  'what an unsettled task refers to stays until it is settled': async ({ store }) => {
    const tried = await settled(store, 'failed')
    const again = await enqueue(store, { againOf: tried.id })
    const failed = await settled(store, 'failed')
    const waits = await enqueue(store, { holds: [afterTask(failed.id)] })
    const living = await taken(store)
    passed(await store.settle(settleArgs(living)))
    expect(await store.prune(all)).toEqual({ tasks: 0 })
    passed(
      await store.settleByHand({
        taskId: again.id,
        outcome: 'done',
        by: 'ann',
        reason: '',
        now: t0,
      }),
    )
    passed(
      await store.settleByHand({
        taskId: waits.id,
        outcome: 'done',
        by: 'ann',
        reason: '',
        now: t0,
      }),
    )
    passed(await store.end({ attemptId: living.attempt.id, verdict: success, now: t0 }))
    const pruned = [await store.prune(all), await store.prune(all)]
    expect(pruned.map((one) => one.tasks)).toEqual([4, 1])
    expect((await store.tasks({ limit: 9 })).tasks).toEqual([])
  },

  'pruning comes in portions, the oldest first': async ({ store }) => {
    const tasks = []
    for (const late of [2, 0, 1]) tasks.push(await settled(store, 'done', { now: t0 + late }))
    expect(await store.prunable(all)).toEqual({ tasks: 3 })
    expect(await store.prune({ ...all, limit: 2 })).toEqual({ tasks: 2 })
    expect(await store.prunable(all)).toEqual({ tasks: 1 })
    expect(await store.prunable({ before: t0 })).toEqual({ tasks: 0 })
    expect(await Promise.all(tasks.map((task) => stateOf(store, task.id)))).toEqual([
      'settled done',
      'missing',
      'missing',
    ])
  },

  'ids are not given again after pruning': async ({ store }) => {
    const { task, attempt } = await taken(store)
    passed(await store.settle(settleArgs({ task, attempt })))
    passed(await store.end({ attemptId: attempt.id, verdict: success, now: t0 }))
    const facts = await store.facts({ limit: 99 })
    expect(await store.prune(all)).toEqual({ tasks: 1 })
    const next = await taken(store)
    expect([next.task.id > task.id, next.attempt.id > attempt.id]).toEqual([true, true])
    expect((await store.facts({ limit: 1 }))[0]?.id).toBeGreaterThan(facts.at(-1)?.id ?? 0)
  },

  'a task that somebody comes to need while it is pruned is either there or refused': async ({
    store,
    another,
  }) => {
    const other = await another()
    for (let round = 0; round < 15; round += 1) {
      const [old, waited, keyed] = [
        await settled(store, 'failed'),
        await settled(store, 'failed'),
        await settled(store, 'done', {
          key: { key: `r${round}`, scope: 'window', windowMs: 1_000 },
        }),
      ]
      const [, again, waits, deduped] = await Promise.all([
        other.prune(all),
        store.enqueue(want({ againOf: old.id })).catch(() => null),
        store.enqueue(want({ holds: [afterTask(waited.id)] })).catch(() => null),
        store.enqueue(want({ key: { key: `r${round}`, scope: 'ever' } })),
      ])
      if (again !== null) expect(await stateOf(store, old.id)).toBe('settled failed')
      if (waits !== null) expect(await stateOf(store, waited.id)).toBe('settled failed')
      expect(await stateOf(store, deduped.task.id)).not.toBe('missing')
      expect(deduped.deduped).toBe(deduped.task.id === keyed.id)
    }
  },

  'closing waits for what was already asked, and answers nothing more': async ({ another }) => {
    const store = await another()
    const asked = Array.from({ length: 5 }, () => store.enqueue(want()))
    await store.close()
    expect((await Promise.all(asked)).map((one) => one.task.id).toSorted()).toEqual([1, 2, 3, 4, 5])
    await expect(store.counts()).rejects.toMatchObject({ code: 'store.closed' })
    await expect(store.enqueue(want())).rejects.toMatchObject({ code: 'store.closed' })
    await store.close()
  },
})
