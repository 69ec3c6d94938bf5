// Sends the report by the clock, once for each due time over all hosts and restarts: the ledger of effects knows which one went.
// One that was missed while nobody was up is made good within some hours.

import { isoTime } from '../../base/when.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import { send } from '../../lifecycle/effects/send.ts'
import { ownKeyPrefix } from '../../model/effect.ts'
import { cutShort, notWanted, type TellFiring } from '../../model/mechanism.ts'
import { type ReportConfig, reportDue } from '../../model/report.ts'
import type { Calendar } from '../../model/schedule.ts'

/** The report in words, and as a page. */
export interface Composed {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface ReportDeps {
  readonly clock: Clock
  readonly effects: EffectDeps
  readonly calendar: () => Promise<Calendar>
  /** Null while none is configured. */
  readonly report: () => ReportConfig | null
  /** Ways in which people are told, in their order. */
  readonly ways: () => readonly Channel[]
  readonly compose: (since: number, until: number) => Promise<Composed>
  /** Longest time between two looks of others; who polls slowly wants nobody to look oftener. */
  readonly lookEveryMs: () => number
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

const everyMs = 15_000

export function startReporting(deps: ReportDeps): Service {
  return startService('report', async (signal) => {
    let doneFor: number | null = null
    while (!signal.aborted) {
      try {
        const report = deps.report()
        if (report === null) deps.fired(notWanted('report'))
        else doneFor = await reportOnce(deps, report, doneFor, signal)
      } catch (error) {
        deps.onError('report', error)
        deps.fired(cutShort('report', error))
      }
      await deps.clock.sleep(Math.max(everyMs, deps.lookEveryMs()), signal)
    }
  })
}

/** Sends what is due, unless it went. Answers the due time that is done with; `doneFor` is the last such answer. */
export async function reportOnce(
  deps: ReportDeps,
  report: ReportConfig,
  doneFor: number | null,
  signal: AbortSignal,
): Promise<number | null> {
  const due = reportDue(report, await deps.calendar(), deps.clock.now())
  if (due === null || due === doneFor) {
    deps.fired(notWanted('report'))
    return doneFor
  }
  const composed = await deps.compose(due - report.sinceMs, due)
  const named = report.to.flatMap((name) => deps.effects.channel(name) ?? [])
  const troubles: string[] = []
  let went = 0
  for (const channel of report.to.length > 0 ? named : deps.ways()) {
    const why = await sendBy(deps, channel, due, composed, signal)
    if (why === null) went += 1
    else troubles.push(`${channel.name}: ${why}`)
    // Of the ways in which people are told one is enough; of the channels that were named each gets it.
    if (why === null && report.to.length === 0) break
  }
  const wanted = report.to.length > 0 ? named.length : 1
  const isDone = went >= wanted
  deps.fired({ name: 'report', had: 1, moved: Number(isDone), note: troubles[0] ?? null })
  return isDone ? due : doneFor
}

/** Null when it went, now or before; else why not. */
async function sendBy(
  { effects }: ReportDeps,
  channel: Channel,
  due: number,
  { subject, text, html }: Composed,
  signal: AbortSignal,
): Promise<string | null> {
  const key = `${ownKeyPrefix}report:${isoTime(due)}:${channel.name}`
  const letter = { key, subject, text, html, to: [], urgent: false, data: { report: isoTime(due) } }
  const ended = await send(
    effects,
    channel,
    {
      letter,
      identity: { report: isoTime(due), channel: channel.name },
      holder: { attemptId: null, process: effects.holders.me() },
      by: 'report',
      noTwinMs: null,
      limits: { waitMs: 5_000, tries: 1 },
    },
    signal,
  )
  switch (ended.got) {
    case 'performed':
      return null
    case 'busy':
      return 'another host is at it'
    case 'refused':
      return ended.refusal.sentence
    case 'failed':
    case 'uncertain':
      return ended.why
  }
}
