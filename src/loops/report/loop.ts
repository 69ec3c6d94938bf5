// Sends the report by the clock, once for each due time over all hosts and restarts: the ledger of effects knows which one went.
// One that was missed while nobody was up is made good within some hours.

import { isoTime } from '../../base/when.ts'
import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import type { Performed } from '../../lifecycle/effects/perform.ts'
import { send } from '../../lifecycle/effects/send.ts'
import { type Effect, type EffectParams, ownKeyPrefix, reportKind } from '../../model/effect.ts'
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
  const why =
    report.to.length > 0
      ? await sendToNamed(deps, report.to, due, composed, signal)
      : await sendByWays(deps, due, composed, signal)
  deps.fired({ name: 'report', had: 1, moved: Number(why === null), note: why })
  return why === null ? due : doneFor
}

/** Each channel that was named gets it. Null when all have it; else why not. */
async function sendToNamed(
  deps: ReportDeps,
  names: readonly string[],
  due: number,
  composed: Composed,
  signal: AbortSignal,
): Promise<string | null> {
  let trouble: string | null = null
  for (const channel of names.flatMap((name) => deps.effects.channel(name) ?? [])) {
    const key = `${keyOf(due)}:${channel.name}`
    const identity = { report: isoTime(due), channel: channel.name }
    const ended = await sendBy(deps, channel, { key, identity, due, composed }, signal)
    if (ended.got !== 'performed') trouble ??= `${channel.name}: ${whyNot(ended)}`
  }
  return trouble
}

/**
 * Of the ways in which people are told one is enough. It has one key for all of them, so that whoever looks meanwhile, or later,
 * finds it under way or gone, by whichever: the next way is taken only when nothing went by the one before. Where nobody can
 * ever say whether it did, the next one takes it under a key of its own.
 */
async function sendByWays(
  deps: ReportDeps,
  due: number,
  composed: Composed,
  signal: AbortSignal,
): Promise<string | null> {
  let trouble: string | null = null
  let key = keyOf(due)
  for (const channel of deps.ways()) {
    const identity = { report: isoTime(due) }
    const sent = { key, kind: reportKind, identity, due, composed }
    const ended = await sendBy(deps, channel, sent, signal)
    if (ended.got === 'performed') return null
    trouble ??= `${channel.name}: ${whyNot(ended)}`
    if (ended.got === 'busy') return trouble
    if (ended.got !== 'uncertain') continue
    if (isAskedAbout(ended.effect)) return trouble
    key = `${key}:again`
  }
  return trouble ?? 'nobody is told of anything'
}

const keyOf = (due: number): string => `${ownKeyPrefix}report:${isoTime(due)}`

const isAskedAbout = (effect: Effect): boolean =>
  effect.state === 'uncertain' && effect.askAt !== null

interface Sent {
  readonly key: string
  readonly kind?: string
  readonly identity: EffectParams
  readonly due: number
  readonly composed: Composed
}

function sendBy(
  { effects }: ReportDeps,
  channel: Channel,
  { key, kind, identity, due, composed }: Sent,
  signal: AbortSignal,
): Promise<Performed> {
  const { subject, text, html } = composed
  const letter = { key, subject, text, html, to: [], urgent: false, data: { report: isoTime(due) } }
  return send(
    effects,
    channel,
    {
      letter,
      ...(kind && { kind }),
      identity,
      holder: { attemptId: null, process: effects.holders.me() },
      by: 'report',
      noTwinMs: null,
      limits: { waitMs: 5_000, tries: 1 },
    },
    signal,
  )
}

function whyNot(ended: Exclude<Performed, { readonly got: 'performed' }>): string {
  switch (ended.got) {
    case 'busy':
      return 'another host is at it'
    case 'refused':
      return ended.refusal.sentence
    case 'failed':
    case 'uncertain':
      return ended.why
  }
}
