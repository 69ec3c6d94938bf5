// `midwatch holds`: the audit of what waits. Exit 1 when a mechanism had something to do and moved nothing.

import { isoTime, relativeTime } from '../../../base/when.ts'
import { auditWaits, stuckMechanisms } from '../../../loops/dispatch/audit.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { humanTimes, oneLine } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--openings', 'the newest openings of calm windows, with what each let through')
    .addHelpText(
      'after',
      '\nExit 1 when something is flagged.\nJSON: {"classes":[{"class","waiting","oldest","needPerson","mechanism","does","lastFiredAt","lastReleasedAt","flag"}],"stuck":[…],"openings":[…]}',
    )
    .action(act(holds))
}

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

async function holds(call: Call<{ openings?: boolean }>): Promise<Ending> {
  const fleet = await call.fleet()
  const lines = await auditWaits(fleet)
  const known = new Set(lines.map((line) => line.mechanism))
  const stuck = (await stuckMechanisms(fleet)).filter((one) => !known.has(one.name))
  const openings = call.options.openings
    ? await fleet.store.openings({ name: null, limit: 20 })
    : []
  const now = fleet.clock.now()
  const { print } = call
  if (call.json)
    print.json({
      classes: lines.map((line) => ({
        ...line,
        oldest: isoTime(line.oldest),
        lastFiredAt: time(line.lastFiredAt),
        lastReleasedAt: time(line.lastReleasedAt),
      })),
      stuck: stuck.map(({ name, host, waiting, stuckSince, note }) => ({
        mechanism: name,
        host,
        waiting,
        since: time(stuckSince),
        note,
      })),
      openings: openings.map((one) => ({
        ...one,
        openedAt: isoTime(one.openedAt),
        closedAt: time(one.closedAt),
      })),
    })
  else {
    if (lines.length === 0) print.line('Nothing waits')
    print.table(lines, [
      { head: 'CLASS', text: (one) => one.class },
      { head: 'WAIT', text: (one) => String(one.waiting), right: true },
      { head: 'OLDEST', text: (one) => relativeTime(one.oldest, now).replace(' ago', '') },
      {
        head: 'PERSON',
        text: (one) => (one.needPerson === 0 ? '' : String(one.needPerson)),
        right: true,
      },
      { head: 'LAST RAN', text: (one) => ago(one.lastFiredAt, now) },
      { head: 'LAST RELEASED', text: (one) => ago(one.lastReleasedAt, now) },
      { head: 'RELEASED WHEN', text: (one) => one.does, gives: true },
    ])
    for (const { class: name, flag } of lines)
      if (flag !== null)
        print.line(`${print.paint.bad('!')} ${name}: ${oneLine(humanTimes(flag, now))}`)
    for (const one of stuck)
      print.line(
        `${print.paint.bad('!')} ${one.name} on ${one.host}: had something to do since ${relativeTime(one.stuckSince ?? now, now)} and moved nothing${one.note === null ? '' : `: ${oneLine(one.note)}`}`,
      )
    for (const one of openings)
      print.line(
        `${one.name} on ${one.host} opened ${relativeTime(one.openedAt, now)}, let through ${one.taken}${one.closedAt === null ? ', and is open' : `, closed: ${oneLine(one.why)}`}`,
      )
  }
  return lines.some((line) => line.flag !== null) || stuck.length > 0 ? 'failed' : 'done'
}

const ago = (ms: number | null, now: number): string => (ms === null ? '—' : relativeTime(ms, now))
