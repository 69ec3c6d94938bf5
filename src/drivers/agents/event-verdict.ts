// What the ending of a session with typed events means, for every client but claude. No field can be trusted alone, so the
// tuple is read: our own stop, what kills from outside, then all that `midwatch classify` reads (events, exit codes, error
// text), and last whether anything was done at all. A session that reported no end, or worked on nothing, is hollow.

import type { FailureClass, Verdict } from '../../model/failure.ts'
import { asObject, headAndTail, lines } from './classify/channels.ts'
import type { Json } from './classify/channels.ts'
import { findEnd } from './classify/classify.ts'
import { finding } from './classify/finding.ts'
import type { Finding } from './classify/finding.ts'
import type { Ending } from './contract.ts'
import { stoppedVerdict, verdictOfFinding } from './ending.ts'
import { crashSignals } from './signals.ts'

/** What is particular about a client's endings. */
export interface EndingKnowledge {
  /** Its name as `midwatch classify` knows it. */
  readonly tool: string
  /** What its own result says beyond well and failed, or null: a cut answer, a refusal. */
  readonly ofResult?: (result: Json) => Finding | null
  /** The reason inside a retry that the client noted, in words; null for other signals. */
  readonly retryReason?: (signal: Json) => string | null
  /** It prints nothing before the model has answered, so silence does not mean that it never began. */
  readonly silentAtFirst?: true
  /** It has no result event: a good exit after output of the model is its whole answer. */
  readonly endsWithoutResult?: true
  /** What is taken for its result may be followed by more: only its exit proves the end. */
  readonly exitProves?: true
  /** It speaks in plain text: what it printed last may name its failure. */
  readonly plainText?: true
  /** Clients end so by themselves when they are asked to stop, without a result. */
  readonly stoppedExits?: readonly number[]
}

/** Judges a proven end. `timeZone` serves stated clock times that name no zone. */
export function judgeByEvents(known: EndingKnowledge, ending: Ending, timeZone: string): Verdict {
  const found = judge(known, ending, timeZone)
  return verdictOfFinding(ending, found, timeZone)
}

function judge(known: EndingKnowledge, ending: Ending, timeZone: string): Finding {
  const stopped = stoppedVerdict(ending)
  if (stopped?.class === 'interrupted') return stopped
  const result = asObject(ending.summary.result)
  const outside =
    result === null && stopped === null ? outsideFinding(known, ending, timeZone) : null
  if (outside !== null) return outside
  const special = result === null ? null : (known.ofResult?.(result) ?? null)
  const found = special ?? find(known, ending, stopped !== null, timeZone)
  if (stopped !== null) return stalled(known, ending, stopped, found, result !== null)
  if (endedInTheMiddle(known, ending, found))
    return finding('interrupted', `It ended in the middle, without a result. ${shownEnd(ending)}`, {
      blame: 'host',
    })
  if (found.class === 'success' || isEmptiness(found, ending)) return done(known, ending, found)
  if (found.class === 'timeout' && !ending.summary.modelOutput)
    return finding('network', `${found.evidence} The model never answered.`)
  return found.class === 'unknown' ? unexplained(ending, found) : found
}

/** What nothing explains keeps head and tail of what was printed. */
function unexplained(
  { exitCode, summary, errHead, errTail, outTail }: Ending,
  found: Finding,
): Finding {
  if (summary.result !== null || summary.signals.length > 0) return found
  const shown = headAndTail(`${joined(errHead, errTail)}\n${outTail}`)
  return finding('unknown', `Exit code ${exitCode ?? 'unknown'}, without a result event. ${shown}`)
}

/** A signal from outside before any result. Only what was said about memory or disk explains it otherwise. */
function outsideFinding(known: EndingKnowledge, ending: Ending, timeZone: string): Finding | null {
  if (ending.signal === null || crashSignals.has(ending.signal)) return null
  const told = find(known, ending, true, timeZone)
  if (told.class === 'resource_exhausted') return told
  return finding('interrupted', `Ended by ${ending.signal}, which we did not send.`, {
    blame: 'host',
  })
}

/** All that can be read of it. What we brought about ourselves (exit code, signal) says nothing then. */
function find(known: EndingKnowledge, ending: Ending, byUs: boolean, timeZone: string): Finding {
  const { summary, outHead, outTail, errHead, errTail, now } = ending
  const told = [
    // That it began makes the noise of good sessions noise, where nothing else was told.
    ...(summary.started && summary.result === null && !known.plainText ? [{ type: 'init' }] : []),
    ...endSignals(ending),
    ...(summary.result === null ? [] : [summary.result]),
  ]
  const events = told.map((event) => JSON.stringify(event)).join('\n')
  return findEnd({
    tool: known.tool,
    exitCode: byUs ? null : ending.exitCode,
    signal: byUs ? null : ending.signal,
    // Printed text counts only where the client never spoke in events: it may be the model's prose.
    stdout:
      known.plainText || (!summary.started && events === '') ? joined(outHead, outTail) : events,
    stderr: joined(errHead, errTail),
    now,
    timeZone,
  })
}

/** What was kept of a short text is there twice. */
function joined(head: string, tail: string): string {
  return head === tail || head.endsWith(tail) ? head : `${head}\n${tail}`
}

/** Kept signals that still counted at the end. */
function endSignals(ending: Ending): Json[] {
  return ending.summary.signals.map(asObject).filter((signal) => signal !== null)
}

/** We stopped it. A result that had come whole stands; else what it was waiting for decides, not the clock. */
function stalled(
  known: EndingKnowledge,
  ending: Ending,
  stopped: Verdict,
  found: Finding,
  hasResult: boolean,
): Finding {
  const { summary } = ending
  if (hasResult && !known.exitProves && (found.class === 'success' || found.class === 'unknown'))
    return done(known, ending, finding('success', 'It had reported its end before it was stopped.'))
  if (explains(found.class, summary.started))
    return { ...found, evidence: `${stopped.evidence} ${found.evidence}` }
  const waitedFor = retryFound(known, ending)
  if (waitedFor !== null)
    return finding(waitedFor.class, `${stopped.evidence} It was retrying: ${waitedFor.evidence}`)
  if (summary.modelOutput) return stopped
  if (summary.started || known.silentAtFirst)
    return finding('network', `${stopped.evidence} The model never answered.`)
  return finding(
    'unknown',
    `${stopped.evidence} The client never reported its start. ${headAndTail(ending.errTail)}`,
  )
}

/** Whether what was found explains a stop better than the clock does. */
function explains(failureClass: FailureClass, started: boolean): boolean {
  if (failureClass === 'launch_failed' && started) return false
  return !['success', 'task_failed', 'unknown', 'interrupted', 'timeout', 'hollow'].includes(
    failureClass,
  )
}

/** What the last noted retry was about, as an ending of its own. */
function retryFound(known: EndingKnowledge, ending: Ending): Finding | null {
  for (const signal of endSignals(ending).toReversed()) {
    const reason = known.retryReason?.(signal) ?? null
    if (reason === null) continue
    const { now } = ending
    const stderr = reason
    const output = { stdout: '', stderr, now, timeZone: 'UTC' }
    const found = findEnd({ tool: known.tool, exitCode: 1, signal: null, ...output })
    return found.class === 'unknown' ? finding('network', reason) : found
  }
  return null
}

/** A good end proves itself: by a result, and by something that the model did. */
function done(known: EndingKnowledge, ending: Ending, found: Finding): Finding {
  const { summary, exitCode } = ending
  const code = exitCode ?? 'unknown'
  if (summary.result === null && !(known.endsWithoutResult && summary.modelOutput))
    return finding('hollow', `Exit code ${code} without a result event. ${shownEnd(ending)}`)
  if (!summary.modelOutput)
    return finding('hollow', `It reported an end without a word of the model. ${shownEnd(ending)}`)
  return found
}

/** Some clients take a polite stop for an end like any other; all that tells is that no result came. */
function endedInTheMiddle(known: EndingKnowledge, ending: Ending, found: Finding): boolean {
  const { exitCode, summary } = ending
  if (!summary.started || summary.result !== null || exitCode === null) return false
  const isSilent = ['success', 'task_failed', 'unknown'].includes(found.class)
  return isSilent && (known.stoppedExits?.includes(exitCode) ?? false)
}

/** The last words on standard error. */
function shownEnd(ending: Ending): string {
  return headAndTail(lines(joined(ending.errHead, ending.errTail)).slice(-3).join('\n'))
}

/** Its end was reported, or it exited well, and nothing was there: what excerpts cannot prove and a whole session can. */
function isEmptiness(found: Finding, { exitCode, signal, summary }: Ending): boolean {
  if (found.class !== 'task_failed' || signal !== null || exitCode !== 0) return false
  return summary.result === null || !summary.modelOutput
}
