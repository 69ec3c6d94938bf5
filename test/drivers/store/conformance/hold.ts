// Hold, release, releaseDue: a task waits for its last release, and only for that.

import { expect } from 'vitest'

import { present } from '../../../../src/base/assert.ts'
import type { Release } from '../../../../src/model/hold.ts'
import { conformance } from './world.ts'
import {
  afterTask,
  enqueue,
  forPerson,
  kindsOf,
  passed,
  refusalsOf,
  refusedCode,
  settled,
  stateOf,
  t0,
  taken,
  untilTime,
} from './wants.ts'

const backoff = (until: number): Release => ({ kind: 'time', until, why: 'backoff' })

export const holding = conformance('hold and release', {
  'a hold that no mechanism would release is refused with the list of those there are': async ({
    store,
  }) => {
    const { id } = await enqueue(store)
    const strange = { ...forPerson, kind: 'moonrise' } as unknown as Release
    const told = { code: 'hold.unserved', remedy: expect.stringMatching(/time, after.*person/) }
    await expect(store.hold({ taskId: id, release: strange, now: t0 })).rejects.toMatchObject(told)
    await expect(enqueue(store, { holds: [strange] })).rejects.toMatchObject(told)
    expect([await stateOf(store, id), (await store.counts()).held]).toEqual(['ready', 0])
  },

  'a hold on a ready task takes it out of the line, and its release puts it back': async ({
    store,
  }) => {
    const { id } = await enqueue(store)
    const { hold } = passed(await store.hold({ taskId: id, release: forPerson, now: t0 + 1 }))
    expect(hold).toEqual({
      id: hold.id,
      taskId: id,
      kind: 'person',
      since: t0 + 1,
      release: forPerson,
      state: {},
      releasedAt: null,
      releasedBy: null,
      answer: null,
    })
    expect([await stateOf(store, id), await store.readyDemands()]).toEqual(['held', []])
    expect(passed(await store.release({ holdId: hold.id, by: 'ann', now: t0 + 5 })).ready).toBe(
      true,
    )
    expect(await store.task(id)).toMatchObject({ state: 'ready', readyAt: t0 + 5 })
    expect(await store.holdsOf(id, true)).toEqual([])
    expect(await store.holdsOf(id, false)).toEqual([
      { ...hold, releasedAt: t0 + 5, releasedBy: 'ann' },
    ])
    expect(await kindsOf(store, id)).toEqual([
      'task.enqueued',
      'task.held',
      'hold.released',
      'task.ready',
    ])
  },

  'only the last release makes a task ready': async ({ store }) => {
    const { id } = await enqueue(store, { holds: [forPerson, untilTime(t0 + 9)] })
    passed(await store.hold({ taskId: id, release: forPerson, now: t0 }))
    const holds = await store.holdsOf(id, true)
    const readied: boolean[] = []
    for (const hold of holds) {
      expect(await stateOf(store, id)).toBe('held')
      readied.push(passed(await store.release({ holdId: hold.id, by: 'ann', now: t0 })).ready)
    }
    expect([readied, await stateOf(store, id)]).toEqual([[false, false, true], 'ready'])
  },

  'releasing a released hold changes nothing': async ({ store }) => {
    const { id } = await enqueue(store, { holds: [forPerson] })
    const [hold] = await store.holdsOf(id, true)
    const holdId = present(hold, 'there is a hold').id
    passed(await store.release({ holdId, by: 'ann', now: t0 }))
    const before = [await store.task(id), await store.holdsOf(id, false), await kindsOf(store, id)]
    expect(passed(await store.release({ holdId, by: 'bob', now: t0 + 9 })).ready).toBe(false)
    expect([
      await store.task(id),
      await store.holdsOf(id, false),
      await kindsOf(store, id),
    ]).toEqual(before)
    expect(refusedCode(await store.release({ holdId: 77, by: 'ann', now: t0 }))).toBe(
      'hold.missing',
    )
  },

  'a taken or settled task cannot be held, and that is recorded': async ({ store }) => {
    const running = (await taken(store)).task
    const over = await settled(store, 'done')
    expect(refusedCode(await store.hold({ taskId: running.id, release: forPerson, now: t0 }))).toBe(
      'task.taken',
    )
    expect(refusedCode(await store.hold({ taskId: over.id, release: forPerson, now: t0 }))).toBe(
      'task.settled',
    )
    expect(refusedCode(await store.hold({ taskId: 77, release: forPerson, now: t0 }))).toBe(
      'task.missing',
    )
    expect([await stateOf(store, running.id), await stateOf(store, over.id)]).toEqual([
      'taken',
      'settled done',
    ])
    expect([await store.holdsOf(running.id, false), await store.holdsOf(over.id, false)]).toEqual([
      [],
      [],
    ])
    expect(await refusalsOf(store, running.id)).toEqual(['hold task.taken'])
    expect(await refusalsOf(store, over.id)).toEqual(['hold task.settled'])
  },

  'time releases what is due and nothing else': async ({ store }) => {
    const soon = await enqueue(store, { holds: [untilTime(t0 + 10)] })
    const both = await enqueue(store, { holds: [untilTime(t0 + 10), forPerson] })
    const later = await enqueue(store, { holds: [untilTime(t0 + 11)] })
    expect(await store.nextDue()).toBe(t0 + 10)
    expect(await store.releaseDue({ now: t0 + 9, limit: 100 })).toEqual({ released: 0 })
    expect(await store.releaseDue({ now: t0 + 10, limit: 100 })).toEqual({ released: 2 })
    const states = await Promise.all([soon, both, later].map((task) => stateOf(store, task.id)))
    expect(states).toEqual(['ready', 'held', 'held'])
    expect((await store.holdsOf(both.id, true)).map((hold) => hold.kind)).toEqual(['person'])
    expect((await store.holdsOf(soon.id, false))[0]?.releasedBy).toBe('time')
    expect(await store.nextDue()).toBe(t0 + 11)
    expect(await store.releaseDue({ now: t0 + 10, limit: 100 })).toEqual({ released: 0 })
  },

  'due releases come in portions, the earliest first': async ({ store }) => {
    const tasks = []
    for (const late of [3, 1, 2]) tasks.push(await enqueue(store, { holds: [backoff(t0 + late)] }))
    expect(await store.ownWaits()).toBe(3)
    expect(await store.releaseDue({ now: t0 + 9, limit: 2 })).toEqual({ released: 2 })
    expect(await Promise.all(tasks.map((task) => stateOf(store, task.id)))).toEqual([
      'held',
      'ready',
      'ready',
    ])
    expect(await store.releaseDue({ now: t0 + 9, limit: 2 })).toEqual({ released: 1 })
    expect([await store.nextDue(), await store.ownWaits()]).toEqual([null, 0])
  },

  'only our own waits count as such': async ({ store }) => {
    await enqueue(store, { holds: [untilTime(t0 + 1), forPerson, backoff(t0 + 1)] })
    await enqueue(store, { holds: [{ kind: 'time', until: t0, why: 'cooldown' }] })
    expect(await store.ownWaits()).toBe(2)
  },

  'the releases of the last two holds, at once, make the task ready once': async ({
    store,
    another,
  }) => {
    const other = await another()
    for (let round = 0; round < 25; round += 1) {
      const { id } = await enqueue(store, { holds: [forPerson, forPerson] })
      const [a, b] = await store.holdsOf(id, true)
      const results = await Promise.all([
        store.release({ holdId: present(a, 'two holds').id, by: 'ann', now: t0 }),
        other.release({ holdId: present(b, 'two holds').id, by: 'bob', now: t0 }),
      ])
      expect(results.map((result) => passed(result).ready).toSorted()).toEqual([false, true])
      expect(await stateOf(store, id)).toBe('ready')
      expect((await kindsOf(store, id)).filter((kind) => kind === 'task.ready')).toHaveLength(1)
    }
  },

  'one hold released by two at once is released once': async ({ store, another }) => {
    const other = await another()
    for (let round = 0; round < 10; round += 1) {
      const { id } = await enqueue(store, { holds: [untilTime(t0)] })
      const [hold] = await store.holdsOf(id, true)
      await Promise.all([
        store.release({ holdId: present(hold, 'a hold').id, by: 'ann', now: t0 }),
        other.releaseDue({ now: t0, limit: 10 }),
        store.releaseDue({ now: t0, limit: 10 }),
      ])
      expect(await kindsOf(store, id)).toEqual([
        'task.enqueued',
        'task.held',
        'hold.released',
        'task.ready',
      ])
    }
  },

  'a settled task keeps no live hold': async ({ store }) => {
    const first = await enqueue(store)
    const { id } = await enqueue(store, {
      holds: [forPerson, untilTime(t0 + 1), afterTask(first.id)],
    })
    passed(
      await store.settleByHand({
        taskId: id,
        outcome: 'cancelled',
        by: 'ann',
        reason: 'no',
        now: t0,
      }),
    )
    expect([await store.holdsOf(id, true), await store.nextDue()]).toEqual([[], null])
    passed(
      await store.settleByHand({
        taskId: first.id,
        outcome: 'done',
        by: 'ann',
        reason: '',
        now: t0,
      }),
    )
    expect(await stateOf(store, id)).toBe('settled cancelled')
  },
})
