// Judges an ending on a full disk. A good session whose result or exit mark could not be written looks like one that said
// nothing, hung or vanished; its task would pay for the disk. So free space is asked for when such an ending is judged, and
// an exit that was written late tells that there was none when the session ended.

import type { Host } from '../../drivers/hosts/contract.ts'
import type { FailureClass, Verdict } from '../../model/failure.ts'

/** With less than this free, a client cannot be expected to have written its last words. */
const fullBytes = 1_048_576

/** Endings that a result or a mark which could not be written brings about. */
const unwritten: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'hollow',
  'timeout',
  'lost',
  'unknown',
])

/**
 * The same verdict, or `resource_exhausted` where the disk of the attempt's folder `dir` is full, or was when its exit
 * was to be written (`late`).
 */
export async function onFullDisk(
  host: Pick<Host, 'freeBytes'>,
  dir: string,
  verdict: Verdict,
  late = false,
): Promise<Verdict> {
  if (!unwritten.has(verdict.class)) return verdict
  if (late) return exhausted(verdict, `the disk of ${dir} was full when it ended`)
  const free = await host.freeBytes(dir)
  if (free === null || free >= fullBytes) return verdict
  return exhausted(verdict, `the disk of ${dir} is full (${free} bytes free)`)
}

const exhausted = (verdict: Verdict, why: string): Verdict => ({
  ...verdict,
  class: 'resource_exhausted',
  blame: 'host',
  evidence: `${why}, so what it ended with may not have been written; it looked like ${verdict.class}: ${verdict.evidence}`,
})
