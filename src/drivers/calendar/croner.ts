// The calendar by croner: patterns of cron with the days on which clocks change. A time of day that a change leaves out
// comes an hour later; one that comes twice fires once, patterns by the hour each time. It starts no timers here.

import { hostZone } from '../../base/zone.ts'
import { Cron } from 'croner'

import type { Calendar } from '../../model/schedule.ts'

/** Patterns are read once. */
function reader(): (cron: string, zone: string) => Cron {
  const read = new Map<string, Cron>()
  return (cron, zone) => {
    const key = `${cron} @ ${zone}`
    const known = read.get(key)
    if (known !== undefined) return known
    const made = new Cron(cron, { mode: '5-part', timezone: zone })
    read.set(key, made)
    return made
  }
}

/** A calendar; `zone` is that of this host. */
export function createCalendar(zone = hostZone()): Calendar {
  const pattern = reader()
  return {
    zone,
    next: (cron, inZone, after) =>
      pattern(cron, inZone).nextRun(new Date(after))?.getTime() ?? null,
    passed(cron, inZone, { after, upTo, limit }) {
      const found: number[] = []
      // A look back is one step each, so the few of a usual look cost little.
      for (let at = upTo + 1; found.length < limit; ) {
        const [before] = pattern(cron, inZone).previousRuns(1, new Date(at))
        if (before === undefined || before.getTime() <= after) break
        found.push(before.getTime())
        at = before.getTime()
      }
      return found
    },
  }
}
