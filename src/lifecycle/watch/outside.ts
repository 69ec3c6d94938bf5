// Judges what a launcher knows of an ending that the session itself cannot tell: that its memory's bound was reached. Pure.

import type { SessionExit } from '../../drivers/launchers/contract.ts'
import type { FailureClass, Verdict } from '../../model/failure.ts'

/** Endings that a kill for memory brings about; what a client itself told for sure stands. */
const unexplained: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'unknown',
  'task_failed',
  'hollow',
  'interrupted',
  'lost',
  'resource_exhausted',
])

/** The same verdict, or `resource_exhausted` where the kernel killed in the session for want of memory. */
export function boundReached(
  verdict: Verdict,
  exit: Pick<SessionExit, 'cause' | 'evidence'>,
): Verdict {
  if (exit.cause !== 'oom' || !unexplained.has(verdict.class)) return verdict
  const told = exit.evidence === undefined ? '' : ` (${exit.evidence})`
  return {
    ...verdict,
    class: 'resource_exhausted',
    blame: 'host',
    evidence: `the kernel killed in it when the memory it may use was used up${told}; it looked like ${verdict.class}: ${verdict.evidence}`,
  }
}
