// What the reconciler finds that nobody told of: waits that were overlooked; and what it knows of acting in vain.

import { expect } from 'vitest'

import { unguarded } from './reconcile.ts'
import { afterTask, enqueue, stateOf, t0 } from './wants.ts'
import { conformance } from './world.ts'

export const overlooking = conformance('what was overlooked', {
  'waits that nobody told, in rows of an older version, are found when their task changes, and answered':
    async (world) => {
      const { store } = world
      const blockers = [await enqueue(store), await enqueue(store), await enqueue(store)]
      const waiting: number[] = []
      for (const { id } of blockers)
        waiting.push((await enqueue(store, { holds: [afterTask(id)] })).id)
      const alive = await enqueue(store)
      const patient = await enqueue(store, { holds: [afterTask(alive.id)] })
      await unguarded(
        world,
        `UPDATE tasks SET state = 'settled', outcome = 'done', verified = 0, settled_at = ${t0}, settled_by = 'x', reason = ''
       WHERE id IN (${blockers.map(({ id }) => id).join(',')})`,
      )
      const before = (await store.changedRows({ after: 0, limit: 999 })).to
      for (const { id } of blockers)
        await store.edit({ taskId: id, priority: 1, by: 'ann', now: t0 }) // refused, and so a fact about it
      const rows = await store.changedRows({ after: before, limit: 999 })
      expect(rows.tasks).toEqual(expect.arrayContaining(waiting))
      for (const { law, id } of await store.broken({ rows, now: t0 }))
        await store.mend({ law, id, by: 'ann', now: t0 })
      for (const id of waiting) expect(await stateOf(store, id)).toBe('ready')
      expect(await stateOf(store, patient.id)).toBe('held')
    },

  'what is acted on in vain is known to every handle until it is over; who saw more acts is believed':
    async ({ store, another }) => {
      const one = { law: 'l', subject: 'task 1', acts: 3, nextAt: t0, told: true }
      const two = { law: 'l', subject: 'fleet', acts: 1, nextAt: 0, told: false }
      await store.keepTroubles({ kept: [one, two], over: [] })
      const other = await another()
      await other.keepTroubles({ kept: [{ ...one, acts: 2, told: false }], over: [two] })
      expect(await store.troubles()).toEqual([one])
      await store.keepTroubles({ kept: [], over: [one] })
      expect(await other.troubles()).toEqual([])
    },
})
