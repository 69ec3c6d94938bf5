// Incidents and who was told of them; and what an ending is compared with.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { type IncidentMove, noData } from '../../../../src/model/incident.ts'
import { conformance } from './world.ts'
import { claimOne, demand, enqueue, forPerson, passed, success, t0 } from './wants.ts'

const key = 'gate:fleet'
const hour = 3_600_000
const open: IncidentMove = {
  do: 'open',
  key,
  title: 'the fleet is shut',
  data: { ...noData, classes: { unknown: 3 } },
  reopenMs: 30 * 60_000,
}

async function move(store: Store, incidents: readonly IncidentMove[], now: number): Promise<void> {
  const { from, to } = await store.unfolded({ after: 0, limit: 1_000 })
  expect(
    await store.fold({ from, to, lanes: [], attemptIds: [], facts: [], incidents, now }),
  ).toEqual({ folded: true })
}

export const telling = conformance('incidents and who is told', {
  'the same trouble is counted, and what joins it adds its classes': async ({ store }) => {
    await move(
      store,
      [
        open,
        {
          do: 'join',
          key,
          data: { ...noData, classes: { unknown: 1, network: 2 }, lanes: ['agent:a'] },
        },
      ],
      t0,
    )
    expect(await store.incidents({ openOnly: true, limit: 9 })).toMatchObject([
      { key, count: 2, data: { classes: { unknown: 4, network: 2 }, lanes: ['agent:a'] } },
    ])
  },

  'what comes back within half an hour is the same incident, told once; later it is a new one':
    async ({ store }) => {
      await move(store, [open], t0)
      const [untold] = await store.untold({ now: t0, takeMs: 50, limit: 9 })
      await store.told({
        id: untold?.incident.id ?? 0,
        key,
        what: 'opened',
        notifier: 'log',
        now: t0,
      })
      await move(store, [{ do: 'resolve', key, by: 'attempt 3' }], t0 + 1)
      await move(store, [open], t0 + hour / 2)
      expect(await store.untold({ now: t0 + hour, takeMs: 50, limit: 9 })).toEqual([])
      expect(await store.incidents({ openOnly: false, limit: 9 })).toMatchObject([
        { count: 2, resolvedAt: null },
      ])
      await move(store, [{ do: 'resolve', key, by: 'attempt 4' }], t0 + hour)
      await move(store, [open], t0 + 2 * hour)
      expect(await store.incidents({ openOnly: false, limit: 9 })).toHaveLength(2)
      expect(
        (await store.facts({ kinds: ['incident.opened', 'incident.reopened'], limit: 9 })).map(
          (fact) => fact.body.kind,
        ),
      ).toEqual(['incident.opened', 'incident.reopened', 'incident.opened'])
    },

  'telling that failed is not telling: it is tried again when due, and its end is told only after its beginning':
    async ({ store }) => {
      await move(store, [open], t0)
      const [first] = await store.untold({ now: t0, takeMs: 50, limit: 9 })
      const { id } = first?.incident ?? { id: 0 }
      await store.notTold({ id, key, notifier: 'command', why: 'exit 1', after: t0 + 100, now: t0 })
      expect(await store.untold({ now: t0 + 99, takeMs: 50, limit: 9 })).toEqual([])
      expect(await store.untold({ now: t0 + 100, takeMs: 50, limit: 9 })).toMatchObject([
        { tries: 1, incident: { toldAt: null } },
      ])
      await store.told({ id, key, what: 'opened', notifier: 'command', now: t0 + 100 })
      expect(await store.untold({ now: t0 + 100, takeMs: 50, limit: 9 })).toEqual([])
      await move(store, [{ do: 'resolve', key, by: 'attempt 3' }], t0 + 200)
      expect(await store.untold({ now: t0 + 200, takeMs: 50, limit: 9 })).toMatchObject([
        { incident: { resolvedBy: 'attempt 3' } },
      ])
      await store.told({ id, key, what: 'resolved', notifier: 'command', now: t0 + 200 })
      expect(await store.untold({ now: t0 + 900, takeMs: 50, limit: 9 })).toEqual([])
    },

  'an incident that turns out to be part of a wider one ends without a message': async ({
    store,
  }) => {
    await move(store, [open, { do: 'absorb', key, into: 'gate:host:h1' }], t0)
    expect(await store.untold({ now: t0, takeMs: 50, limit: 9 })).toEqual([])
    expect(await store.incidents({ openOnly: false, limit: 9 })).toMatchObject([
      { resolvedBy: 'part of gate:host:h1' },
    ])
  },

  'what was swallowed untold and comes back by itself is told, and so is its end': async ({
    store,
  }) => {
    await move(store, [open, { do: 'absorb', key, into: 'gate:host:h1' }], t0)
    await move(store, [open], t0 + 100)
    const [again] = await store.untold({ now: t0 + 100, takeMs: 50, limit: 9 })
    const id = again?.incident.id ?? 0
    expect(again?.incident).toMatchObject({ key, resolvedAt: null, toldAt: null })
    await store.told({ id, key, what: 'opened', notifier: 'log', now: t0 + 110 })
    await move(store, [{ do: 'resolve', key, by: 'attempt 3' }], t0 + 200)
    expect(await store.untold({ now: t0 + 300, takeMs: 50, limit: 9 })).toHaveLength(1)
  },

  'what was told before it was swallowed is not told again': async ({ store }) => {
    await move(store, [open], t0)
    const [first] = await store.untold({ now: t0, takeMs: 50, limit: 9 })
    const id = first?.incident.id ?? 0
    await store.told({ id, key, what: 'opened', notifier: 'log', now: t0 + 10 })
    await move(store, [{ do: 'absorb', key, into: 'gate:host:h1' }], t0 + 20)
    await move(store, [open], t0 + 100)
    expect(await store.untold({ now: t0 + 900, takeMs: 50, limit: 9 })).toEqual([])
  },

  'an ending is compared with others in the same lanes, of the same kind of work': async ({
    store,
  }) => {
    const prompt = { ...demand, kind: 'prompt' as const }
    const own = await enqueue(store)
    const other = await enqueue(store)
    await enqueue(store, { demand: prompt })
    await enqueue(store, { holds: [forPerson] })
    const ask = (lanes: readonly string[]) =>
      store.standing({ taskId: own.id, lanes, workKind: 'command' })
    const lanes = ['agent:shell', 'fleet', 'host:h1']
    expect(await ask(lanes)).toEqual({ notPassing: [], wellIds: [], others: 1 })
    const mine = await claimOne(store)
    const its = await claimOne(store)
    expect([mine.task.id, its.task.id]).toEqual([own.id, other.id])
    passed(await store.end({ attemptId: mine.attempt.id, verdict: success, now: t0 + 5 }))
    expect((await ask(lanes)).wellIds).toEqual([])
    passed(await store.end({ attemptId: its.attempt.id, verdict: success, now: t0 + 6 }))
    expect((await ask(lanes)).wellIds).toEqual([its.attempt.id])
    expect((await ask(['agent:other', 'fleet', 'host:h1'])).wellIds).toEqual([])
    await store.pin({ lane: 'host:h1', by: 'ann', reason: '', until: null, now: t0 })
    await store.pin({ lane: 'host:h2', by: 'ann', reason: '', until: null, now: t0 })
    expect((await ask(lanes)).notPassing).toEqual(['host:h1'])
  },
})
