// Edit: an order may change until it is taken.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import {
  demand,
  enqueue,
  forPerson,
  kindsOf,
  order,
  passed,
  refusalsOf,
  refusedCode,
  settled,
  t0,
  taken,
} from './wants.ts'

const change = { by: 'bob', now: t0 + 1 }

export const editing = conformance('edit', {
  'a ready task takes its new words, its new priority and its new demand': async ({ store }) => {
    const before = await enqueue(store, { now: t0 - 1 })
    const { id } = await enqueue(store)
    expect(await store.placeOf(id)).toBe(1)
    const edited = passed(
      await store.edit({
        taskId: id,
        title: 'new',
        priority: 1,
        order: { run: 'false' },
        ...change,
      }),
    )
    expect(edited.task).toMatchObject({
      id,
      title: 'new',
      priority: 1,
      order: { ...order, run: 'false' },
      state: 'ready',
      readyAt: t0,
    })
    expect(await store.task(id)).toEqual(edited.task)
    expect(await store.placeOf(id)).toBe(0)
    expect(await store.placeOf(before.id)).toBe(1)
    passed(await store.edit({ taskId: id, demand: { ...demand, agent: 'other' }, ...change }))
    expect(await store.placeOf(before.id)).toBe(0)
    expect(
      (await store.facts({ taskId: id, kinds: ['task.edited'], limit: 9 })).map(
        (fact) => fact.body,
      ),
    ).toEqual([
      { kind: 'task.edited', changed: ['title', 'priority', 'order'], by: 'bob' },
      { kind: 'task.edited', changed: ['demand'], by: 'bob' },
    ])
  },

  'a held task stays held': async ({ store }) => {
    const { id } = await enqueue(store, { holds: [forPerson] })
    expect(passed(await store.edit({ taskId: id, priority: 9, ...change })).task).toMatchObject({
      state: 'held',
      priority: 9,
    })
    expect(await kindsOf(store, id)).toEqual(['task.enqueued', 'task.held', 'task.edited'])
  },

  'a check that is edited in is heeded': async ({ store }) => {
    const { id } = await enqueue(store)
    passed(await store.edit({ taskId: id, order: { verify: 'true' }, ...change }))
    const { claimed } = await store.claim({
      agent: 'shell',
      host: 'h1',
      lanes: ['fleet'],
      demandIds: [1],
      agentSlots: 1,
      hostSlots: 1,
      seeds: [{ nonce: 'n', tokenHash: 't' }],
      configHash: 'c',
      leaseUntil: t0,
      now: t0,
    })
    const said = await store.say({
      attemptId: claimed[0]?.attempt.id ?? 0,
      word: 'done',
      text: '',
      now: t0,
    })
    expect(passed(said).settled).toBe(false)
  },

  'a taken or settled task is not edited, and that is recorded': async ({ store }) => {
    const running = (await taken(store)).task
    const over = await settled(store, 'done')
    expect(refusedCode(await store.edit({ taskId: running.id, title: 'x', ...change }))).toBe(
      'task.taken',
    )
    expect(refusedCode(await store.edit({ taskId: over.id, title: 'x', ...change }))).toBe(
      'task.settled',
    )
    expect(refusedCode(await store.edit({ taskId: 77, title: 'x', ...change }))).toBe(
      'task.missing',
    )
    expect([(await store.task(running.id))?.title, (await store.task(over.id))?.title]).toEqual([
      'a task',
      'a task',
    ])
    expect(await refusalsOf(store, running.id)).toEqual(['edit task.taken'])
    expect(await refusalsOf(store, over.id)).toEqual(['edit task.settled'])
  },

  'a task whose demand is edited is never missing to another verb': async ({ store, another }) => {
    const other = await another()
    const { id } = await enqueue(store)
    for (let round = 0; round < 15; round += 1) {
      const [edited, held] = await Promise.all([
        store.edit({ taskId: id, demand: { ...demand, agent: `agent ${round}` }, ...change }),
        other.hold({ taskId: id, release: forPerson, now: t0 }),
      ])
      passed(edited)
      passed(held)
    }
    expect(await store.task(id)).toMatchObject({ state: 'held', demand: { agent: 'agent 14' } })
  },
})
