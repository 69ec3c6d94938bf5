// What all adapters judge alike: endings that we brought about, and the shape of a verdict.

import { failureTable } from '../../model/failure.ts'
import type { FailureClass, Verdict } from '../../model/failure.ts'
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
        `Stopped after ${duration(ending.durationMs)}: it had gone silent.`,
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
