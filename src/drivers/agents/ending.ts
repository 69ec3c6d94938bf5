// What all adapters judge alike: endings that we brought about, and the shape of a verdict.

import { failureTable } from '../../model/failure.ts'
import type { FailureClass, Verdict } from '../../model/failure.ts'
import { blameOf, mayReset } from './classify/finding.ts'
import type { Finding } from './classify/finding.ts'
import { asksForPerson } from './classify/plan-limit.ts'
import { resetTime } from './classify/reset-time.ts'
import type { Ending } from './contract.ts'

/** A verdict of the class, with the table's blame. `evidence` is one sentence for people. */
export function verdictOf(ending: Ending, failureClass: FailureClass, evidence: string): Verdict {
  return {
    class: failureClass,
    blame: failureTable[failureClass].blame,
    exitCode: ending.exitCode,
    signal: ending.signal,
    evidence,
    resetAt: null,
    neverStarted: false,
  }
}

/** A finding as a verdict, with the reset it states. `timeZone` serves stated clock times that name no zone. */
export function verdictOfFinding(ending: Ending, found: Finding, timeZone: string): Verdict {
  const stated =
    mayReset(found.class) && found.resetText
      ? resetTime(found.resetText, ending.now, timeZone)
      : null
  // A reset that has long passed explains no refusal of now.
  const resetAt = stated !== null && stated > ending.now - 60_000 ? stated : null
  return {
    class: found.class,
    blame: blameOf(found, resetAt),
    exitCode: ending.exitCode,
    signal: ending.signal,
    evidence: found.evidence,
    resetAt,
    neverStarted: false,
    ...(resetAt === null && asksForPerson(found) && { needsPerson: true }),
  }
}

/** The verdict of an ending that we brought about ourselves, or null when it ended by itself. */
export function stoppedVerdict(ending: Ending): Verdict | null {
  switch (ending.stoppedBy) {
    case null:
      return null
    case 'timeout':
      return verdictOf(
        ending,
        'timeout',
        `Stopped after ${duration(ending.durationMs)}: its time limit was up.`,
      )
    case 'silence':
      return verdictOf(
        ending,
        'timeout',
        `Stopped after ${duration(ending.durationMs)}: ${ending.stopEvidence ?? 'it had gone silent'}.`,
      )
    case 'finished':
      return verdictOf(
        ending,
        'timeout',
        `Ended after ${duration(ending.durationMs)}: ${ending.stopEvidence ?? 'it had its last word and idled'}.`,
      )
    default:
      return verdictOf(ending, 'interrupted', `Stopped by us: ${ending.stoppedBy}.`)
  }
}

function duration(ms: number): string {
  const s = Math.round(ms / 1000)
  if (s < 120) return `${s} s`
  const m = Math.round(s / 60)
  return m < 120 ? `${m} min` : `${(m / 60).toFixed(1)} h`
}
