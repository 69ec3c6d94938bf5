// Law: each due time of a schedule makes its task once, and none passes unsaid from when the schedule was known until it left
// the configuration: it fired, was refused, or was told as missed.

import { createCalendar } from '../../src/drivers/calendar/croner.ts'
import { partOf } from '../part.ts'
import type { World } from '../world.ts'
import type { Checker } from './contract.ts'

interface Known {
  readonly since: number
  /** Up to here all is accounted for. */
  until: number
  readonly fired: Set<number>
  readonly missed: { readonly from: number; readonly to: number }[]
}

/** Who was away for longer than this, on every host, may not yet have told of it. */
const patienceMs = 36 * 3_600_000

const knownIn = partOf<World, Map<string, Known>>(() => new Map())
const calendar = createCalendar('UTC')

export const schedules: Checker = {
  law: 'a due time makes its task once, and none passes unsaid',
  invariants: [45],
  fact({ world, accuse, config }, { at, body }) {
    const known = knownIn(world)
    if (body.kind === 'schedule.known') {
      const anew = { since: at, until: at, fired: new Set<number>(), missed: [] }
      return void known.set(body.schedule, anew)
    }
    if (!body.kind.startsWith('schedule.') || !('schedule' in body)) return
    const one = known.get(body.schedule)
    if (one === undefined) return
    if (body.kind === 'schedule.fired' || body.kind === 'schedule.refused') {
      world.truth.count('schedule fired')
      if (one.fired.has(body.dueAt))
        accuse(`${body.schedule} fired twice for the time ${body.dueAt}`)
      one.fired.add(body.dueAt)
      one.until = Math.max(one.until, body.dueAt)
    }
    if (body.kind === 'schedule.missed') {
      world.truth.count('schedule missed')
      one.missed.push({ from: body.from, to: body.to })
    }
    if (body.kind !== 'schedule.retired') return
    known.delete(body.schedule)
    const its = [...config.known.values()]
      .flatMap((version) => version.schedules ?? [])
      .find(({ name }) => name === body.schedule)
    if (its === undefined) return
    one.until = Math.max(one.until, at - patienceMs)
    const span = { after: one.since, upTo: one.until, limit: 10_000 }
    for (const due of calendar.passed(its.cron, its.timezone ?? 'UTC', span)) {
      const told = one.missed.some(({ from, to }) => from <= due && due <= to)
      if (!told && !one.fired.has(due)) accuse(`${body.schedule} passed over the time ${due}`)
    }
  },
}
