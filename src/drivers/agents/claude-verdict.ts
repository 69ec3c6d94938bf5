// What the ending of a claude session means. No field of it can be trusted alone: exit 0 comes with failures and with
// SIGINT, `subtype: success` with every API error, a result event is missing after signals. So the tuple is read in this
// order: our own stop, the result event, a refused limit, what kills from outside, error events, text on error channels,
// unknown.

import type { Verdict } from '../../model/failure.ts'
import { asNumber, asObject, headAndTail, lines } from './classify/channels.ts'
import type { Json } from './classify/channels.ts'
import { argumentRows } from './classify/families/arguments.ts'
import { finding } from './classify/finding.ts'
import type { Finding } from './classify/finding.ts'
import { firstMatch } from './classify/row.ts'
import { findingOfResult, findingOfSignals, findingOfText } from './classify/tools/claude-result.ts'
import { interruptText } from './claude-stream.ts'
import type { Ending } from './contract.ts'
import { stoppedVerdict, verdictOfFinding } from './ending.ts'
import { crashSignals, signalOfExit } from './signals.ts'

/** Judges a proven end of a claude session. `timeZone` serves stated clock times that name no zone. */
export function judgeClaude(ending: Ending, timeZone: string): Verdict {
  return verdictOfFinding(ending, judge(ending), timeZone)
}

function judge(ending: Ending): Finding {
  const stopped = stoppedVerdict(ending)
  if (stopped?.class === 'interrupted') return stopped
  const result = asObject(ending.summary.result)
  if (result !== null)
    return workSeen(ending, findingOfResult(result, signalsOf(ending), exitedWell(ending)))
  if (stopped !== null) return judgeStall(ending, stopped)
  return judgeFromOutside(ending) ?? findingOfSignals(endSignals(ending), '') ?? judgeText(ending)
}

/**
 * Answers that came in one piece after a broken stream are missing from the tokens of the result (2.1.112 and older count
 * none), though the model's words are there.
 */
function workSeen(ending: Ending, found: Finding): Finding {
  const result = asObject(ending.summary.result)
  const didWork = ending.summary.modelOutput && (asNumber(result?.['num_turns']) ?? 0) > 0
  return found.class === 'hollow' && result?.['is_error'] === false && didWork
    ? finding(
        'success',
        'A result event without error, after words of the model that it did not count.',
      )
    : found
}

/** A result that came whole stands, though the session was then ended from outside, or by our own limit. */
function exitedWell(ending: Ending): boolean {
  if (ending.signal !== null || ending.stoppedBy !== null || ending.exitCode === 0) return true
  return ending.exitCode === 124 || outsideSignal(ending) !== null
}

/** We stopped it without a result. What it was waiting for then decides, not the clock. */
function judgeStall(ending: Ending, stopped: Verdict): Finding {
  const waitedFor = findingOfSignals(endSignals(ending), '')
  if (waitedFor !== null)
    return finding(waitedFor.class, `${stopped.evidence} It was retrying: ${waitedFor.evidence}`)
  if (ending.summary.modelOutput) return stopped
  if (ending.summary.started)
    return finding('network', `${stopped.evidence} The model never answered.`)
  return finding(
    'unknown',
    `${stopped.evidence} The client never reported its start. ${headAndTail(ending.errTail)}`,
  )
}

function judgeFromOutside(ending: Ending): Finding | null {
  const signal = outsideSignal(ending)
  const limit = signal === null ? null : refusedLimit(ending)
  if (limit !== null) return limit
  if (signal !== null)
    return finding('interrupted', `Ended by ${signal}, which we did not send.`, { blame: 'host' })
  const interrupt = signalsOf(ending)
    .map(interruptText)
    .findLast((text) => text !== null)
  return interrupt ? finding('interrupted', interrupt, { blame: 'host' }) : null
}

/**
 * A limit that the account was refused by is true of the account, whoever then ended the session: who waits for a reset
 * would find nothing else (S4: the limit hit while the session was torn down).
 */
function refusedLimit(ending: Ending): Finding | null {
  const limits = endSignals(ending).filter((signal) => signal['type'] === 'rate_limit_event')
  return limits.length === 0 ? null : findingOfSignals(limits, '')
}

/** The signal from outside that ended it, seen as such or as the exit code that claude makes of it. */
function outsideSignal(ending: Ending): string | null {
  const signal = ending.signal ?? (ending.exitCode === null ? null : signalOfExit(ending.exitCode))
  return signal === null || crashSignals.has(signal) ? null : signal
}

/** Text counts only from error channels: standard error, and standard output before any event. */
function judgeText(ending: Ending): Finding {
  const errors = lines(`${ending.errHead}\n${ending.errTail}`)
  const said = ending.summary.started
    ? errors
    : [...errors, ...lines(`${ending.outHead}\n${ending.outTail}`)]
  const known = findingOfText(said.join('\n'))
  if (known !== null) return known
  const argument = firstMatch(argumentRows, said)
  if (argument) return finding('argument_error', argument.line)
  const shown = headAndTail(said.join('\n'))
  if (ending.exitCode === 0)
    return finding('hollow', `Exit code 0 without a result event. ${shown}`)
  const how = ending.signal ?? `exit code ${ending.exitCode ?? 'unknown'}`
  return finding('unknown', `No result event, ${how}. ${shown}`)
}

function signalsOf(ending: Ending): Json[] {
  return ending.summary.signals.map(asObject).filter((signal) => signal !== null)
}

/** Error events that still counted at the end; a denied tool is none. */
function endSignals(ending: Ending): Json[] {
  return signalsOf(ending).filter((signal) => signal['subtype'] !== 'permission_denied')
}
