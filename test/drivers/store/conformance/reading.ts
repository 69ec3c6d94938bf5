// Reading and listing: every question answers with what is there, and pages meet without gap or overlap.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import {
  claimInput,
  claimOne,
  demand,
  enqueue,
  failure,
  forPerson,
  giveBackArgs,
  passed,
  settleArgs,
  settled,
  t0,
  taken,
} from './wants.ts'

const ids = (rows: readonly { id: number }[]) => rows.map((row) => row.id)

export const reading = conformance('reading', {
  'what is not there is null or empty': async ({ store }) => {
    expect([
      await store.task(1),
      await store.attempt(1),
      await store.placeOf(1),
      await store.nextDue(),
    ]).toEqual([null, null, null, null])
    expect([
      await store.attemptsOf(1),
      await store.holdsOf(1, false),
      await store.facts({ limit: 9 }),
    ]).toEqual([[], [], []])
    expect(await store.tasks({ limit: 9 })).toEqual({ tasks: [], next: null })
    expect([
      await store.hosts(),
      await store.gates(),
      await store.incidents({ openOnly: false, limit: 9 }),
    ]).toEqual([[], [], []])
    expect(await store.unended(null)).toEqual([])
    expect(await store.oldestReady()).toBeNull()
    expect(await store.openCounts('h1')).toEqual({ byAgent: {}, onHost: 0 })
    expect(await store.tokenFits(1, 'x')).toBe(false)
  },

  'counts follow every arrow': async ({ store }) => {
    await enqueue(store, { holds: [forPerson] })
    await enqueue(store)
    await taken(store)
    passed(await store.settle(settleArgs(await taken(store))))
    passed(await store.settle(settleArgs(await taken(store), 'failed')))
    await settled(store, 'cancelled')
    expect(await store.counts()).toEqual({
      held: 1,
      ready: 1,
      taken: 1,
      done: 1,
      failed: 1,
      cancelled: 1,
    })
  },

  'tasks are listed newest first, page by page': async ({ store }) => {
    for (let i = 0; i < 5; i += 1) await enqueue(store)
    const first = await store.tasks({ limit: 2 })
    expect([ids(first.tasks), first.next]).toEqual([[5, 4], 4])
    await enqueue(store)
    const second = await store.tasks({ limit: 2, before: first.next ?? 0 })
    const third = await store.tasks({ limit: 2, before: second.next ?? 0 })
    expect([ids(second.tasks), ids(third.tasks), third.next]).toEqual([[3, 2], [1], null])
    expect((await store.tasks({ limit: 6 })).next).toBeNull()
  },

  'tasks are filtered by state, outcome, agent and label, exactly': async ({ store }) => {
    const named = await enqueue(store, {
      demand: { ...demand, agent: 'a_b', labels: ['x', 'long label'] },
    })
    const alike = await enqueue(store, {
      demand: { ...demand, agent: 'axb', role: 'long label', labels: ['xx', '%'] },
    })
    const cased = await enqueue(store, { demand: { ...demand, agent: 'A_B' }, holds: [forPerson] })
    const over = await settled(store, 'failed', {
      demand: { ...demand, agent: null, labels: ['"quoted\\"'] },
    })
    const list = async (filter: Parameters<typeof store.tasks>[0]) =>
      ids((await store.tasks(filter)).tasks)
    expect(await list({ agent: 'a_b', limit: 9 })).toEqual([named.id])
    expect(await list({ agent: 'a%', limit: 9 })).toEqual([])
    expect(await list({ label: 'x', limit: 9 })).toEqual([named.id])
    expect(await list({ label: 'long label', limit: 9 })).toEqual([named.id])
    expect(await list({ label: '%', limit: 9 })).toEqual([alike.id])
    expect(await list({ label: '"quoted\\"', limit: 9 })).toEqual([over.id])
    expect(await list({ states: ['held', 'settled'], limit: 9 })).toEqual([over.id, cased.id])
    expect(await list({ outcomes: ['failed'], limit: 9 })).toEqual([over.id])
    expect(await list({ outcomes: ['done'], limit: 9 })).toEqual([])
    expect(
      await list({ states: ['ready'], agent: 'axb', label: 'xx', before: 9, limit: 9 }),
    ).toEqual([alike.id])
    expect(await list({ states: [], limit: 9 })).toEqual([])
  },

  'facts are read on from a fact, of a task, of an attempt, of a kind, and from the newest':
    async ({ store }) => {
      const { task, attempt } = await taken(store)
      await enqueue(store)
      passed(await store.end({ attemptId: attempt.id, verdict: failure, now: t0 + 5 }))
      const all = await store.facts({ limit: 99 })
      expect(all.map((fact) => fact.body.kind)).toEqual([
        'task.enqueued',
        'attempt.claimed',
        'task.enqueued',
        'attempt.ended',
      ])
      expect(all[3]).toMatchObject({
        at: t0 + 5,
        taskId: task.id,
        attemptId: attempt.id,
        body: { class: 'task_failed', exitCode: 1 },
      })
      expect(await store.facts({ after: all[1]?.id ?? 0, limit: 99 })).toEqual(all.slice(2))
      expect(await store.facts({ after: all[3]?.id ?? 0, limit: 99 })).toEqual([])
      expect(await store.facts({ limit: 2, newestFirst: true })).toEqual([all[3], all[2]])
      const before = all[2]?.id ?? 0
      const older = await store.facts({ before, limit: 9, newestFirst: true })
      expect(older).toEqual([all[1], all[0]])
      expect(await store.facts({ after: all[0]?.id ?? 0, before, limit: 9 })).toEqual([all[1]])
      expect(await store.facts({ attemptId: attempt.id, limit: 99 })).toEqual([all[1], all[3]])
      expect(
        await store.facts({
          taskId: task.id,
          kinds: ['attempt.ended', 'attempt.claimed'],
          after: all[1]?.id ?? 0,
          limit: 9,
        }),
      ).toEqual([all[3]])
      expect(ids(all)).toEqual(ids(all).toSorted((a, b) => a - b))
    },

  'attempts are told by task and by host, with their tasks': async ({ store }) => {
    const first = await taken(store)
    passed(await store.end({ attemptId: first.attempt.id, verdict: failure, now: t0 }))
    expect((await store.endedUnsettled('h1', 9)).map((one) => one.task)).toEqual([first.task])
    expect(await store.endedUnsettled('h2', 9)).toEqual([])
    passed(await store.giveBack(giveBackArgs(first)))
    expect(await store.endedUnsettled(null, 9)).toEqual([])
    const second = await claimOne(store, { host: 'h2' })
    const other = await taken(store)
    expect(ids(await store.attemptsOf(first.task.id))).toEqual([
      first.attempt.id,
      second.attempt.id,
    ])
    const [one, two, three] = [first.attempt.id, second.attempt.id, other.attempt.id]
    expect(ids(await store.attemptsAmong([three, two, one, 99], 'h1'))).toEqual([one, three])
    expect(await store.attemptsAmong([two], 'h2')).toEqual([second.attempt])
    expect(await store.attemptsAmong([one, three], 'h2')).toEqual([])
    expect(await store.attemptsAmong([], 'h1')).toEqual([])
    expect(await store.unended(null)).toEqual([second.attempt, other.attempt])
    expect(await store.unended('h3')).toEqual([])
    expect(await store.unended('h2')).toEqual([second.attempt])
    expect(await store.unended(null)).toEqual([second.attempt, other.attempt])
    expect(await store.unended('h3')).toEqual([])
  },

  'briefs are the same tasks in the same pages, without their orders': async ({ store }) => {
    await enqueue(store)
    await enqueue(store, { holds: [forPerson], demand: { ...demand, labels: ['x'] } })
    await taken(store, { demand: { ...demand, agent: 'other' } })
    await settled(store, 'failed', { demand: { ...demand, tier: 'gold' } })
    const filters = [
      { limit: 9 },
      { limit: 2 },
      { limit: 9, before: 3 },
      { limit: 9, states: ['taken', 'held'] },
      { limit: 9, outcomes: ['failed'] },
      { limit: 9, label: 'x' },
      { limit: 9, agent: 'other' },
      { limit: 9, ids: [4, 2, 99] },
      { limit: 0, ids: [] },
    ] as const
    for (const filter of filters) {
      const { tasks, next } = await store.tasks(filter)
      expect(await store.briefs(filter)).toEqual({
        tasks: tasks.map(({ order: _, ...brief }) => brief),
        next,
      })
    }
    expect(ids((await store.briefs({ limit: 9, ids: [4, 2, 99] })).tasks)).toEqual([4, 2])
  },

  'demands are told while they have ready or unsettled tasks': async ({ store }) => {
    const other = { ...demand, agent: 'other' }
    await enqueue(store, { holds: [forPerson] })
    await enqueue(store, { demand: other })
    await taken(store, { demand: other })
    await settled(store, 'done', { demand: { ...demand, tier: 'gold' } })
    expect((await store.readyDemands()).map((one) => one.demand)).toEqual([other])
    expect((await store.openDemands()).map((one) => [one.demand, one.unsettled])).toEqual([
      [demand, 1],
      [other, 2],
    ])
  },

  'ready tasks of a demand come in the order of the line, and no others': async ({ store }) => {
    const other = { ...demand, agent: 'other' }
    const plain = await enqueue(store, { demand: other })
    const urgent = await enqueue(store, { demand: other, priority: 5 })
    await enqueue(store, { demand: other, holds: [forPerson] })
    await enqueue(store)
    const found = (await store.readyDemands()).find((one) => one.demand.agent === 'other')
    expect(await store.readyWith(found?.id ?? 0, 9)).toEqual([urgent.id, plain.id])
    expect(await store.readyWith(found?.id ?? 0, 1)).toEqual([urgent.id])
    expect(await store.readyWith(99, 9)).toEqual([])
  },

  'a place in the line counts who goes before, among those who ask for the same': async ({
    store,
  }) => {
    const tasks = []
    for (const priority of [0, 2, 1, 2]) tasks.push(await enqueue(store, { priority }))
    await enqueue(store, { priority: 9, demand: { ...demand, agent: 'other' } })
    const held = await enqueue(store, { holds: [forPerson] })
    expect(await Promise.all(tasks.map((task) => store.placeOf(task.id)))).toEqual([3, 0, 2, 1])
    expect(await store.placeOf(held.id)).toBeNull()
    await store.claim(await claimInput(store, { demandIds: [1] }))
    expect(await Promise.all(tasks.map((task) => store.placeOf(task.id)))).toEqual([2, null, 1, 0])
  },
})
