// The audit of what waits, and refusals that are kept: classes with their oldest, what is over its time, and one row for
// what was refused a thousand times.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { afterTask, demand, enqueue, forPerson, passed, settled, t0, untilTime } from './wants.ts'

const minute = 60_000
const full = { code: 'cap.host', sentence: 'host h1 is full', release: 'one ends' }

export const auditing = conformance('the audit of what waits', {
  'classes tell how many wait, the oldest, who needs a person, and what is over its time': async ({
    store,
  }) => {
    const failed = await settled(store, 'failed')
    await enqueue(store, { holds: [untilTime(t0 + minute)] })
    await enqueue(store, { holds: [untilTime(t0 + 9 * minute)], now: t0 + 5 })
    await enqueue(store, { holds: [afterTask(failed.id)], now: t0 + 7 })
    const asked = await enqueue(store, { holds: [forPerson] })
    await enqueue(store, { demand: { ...demand, calm: 'night' }, now: t0 + 3 })
    await enqueue(store, { demand: { ...demand, calm: 'night', labels: ['x'] } })
    const { holds, calm } = await store.auditHolds({ overdueBefore: t0 + 5 * minute })
    expect(holds).toEqual([
      { kind: 'after', count: 1, oldest: t0 + 7, needPerson: 1, overdue: 0, lastReleasedAt: null },
      { kind: 'person', count: 1, oldest: t0, needPerson: 1, overdue: 0, lastReleasedAt: null },
      { kind: 'time', count: 2, oldest: t0, needPerson: 0, overdue: 1, lastReleasedAt: null },
    ])
    expect(calm).toEqual([{ window: 'night', count: 2, oldest: t0 }])
    await store.releaseDue({ now: t0 + 20 * minute, limit: 10 })
    const [question] = await store.holdsOf(asked.id, true)
    passed(await store.release({ holdId: question?.id ?? 0, by: 'ann', now: t0 + 21 * minute }))
    await enqueue(store, { holds: [untilTime(t0 * 2), forPerson] })
    const later = await store.auditHolds({ overdueBefore: t0 + 20 * minute })
    const last = later.holds.map((one) => [one.kind, one.overdue, one.lastReleasedAt])
    expect(last).toEqual([
      ['after', 0, null],
      ['person', 0, t0 + 21 * minute],
      ['time', 0, t0 + 20 * minute],
    ])
  },

  'the same refusal grows, a later one is new, and a moment finds those around it': async ({
    store,
  }) => {
    const note = (firstAt: number, lastAt: number, count: number, subject = 'agent a') =>
      store.noteRefusals({
        host: 'h1',
        refusals: [{ ...full, subject, firstAt, lastAt, count }],
        now: lastAt,
      })
    await note(t0, t0 + minute, 60)
    await note(t0 + 2 * minute, t0 + 3 * minute, 60)
    await note(t0 + 60 * minute, t0 + 61 * minute, 5)
    await note(t0 + 60 * minute, t0 + 61 * minute, 9, 'agent b')
    expect(await store.refusalsAt({ at: t0 + 90_000, limit: 9 })).toEqual([
      { ...full, host: 'h1', subject: 'agent a', firstAt: t0, lastAt: t0 + 3 * minute, count: 120 },
    ])
    expect(await store.refusalsAt({ at: t0 + 30 * minute, limit: 9 })).toEqual([])
    const late = await store.refusalsAt({ at: t0 + 60 * minute, limit: 9 })
    expect(late.map((one) => [one.subject, one.count])).toEqual([
      ['agent b', 9],
      ['agent a', 5],
    ])
    const month = t0 + 31 * 24 * 60 * minute
    await note(month, month, 1)
    expect(await store.refusalsAt({ at: t0, limit: 9 })).toEqual([])
  },
})
