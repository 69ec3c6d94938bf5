// Looks for a text in the output of a session, piece by piece, a bounded amount at a time. Between two pieces whoever else
// waits has a turn: the dispatcher works in the same process.

import type { Clock } from '../../../base/clock.ts'
import type { Outputs, OutputStream } from '../../../drivers/outputs/contract.ts'

const pieceBytes = 1_000_000
const bytesMax = 32_000_000
const hitsMax = 200
const lineMax = 400

/** Lines that contain `text`, whatever its case, from a byte offset on; `next` is where to go on, or null at the end. */
export async function searchIn(
  { outputs, clock }: { readonly outputs: Outputs; readonly clock: Clock },
  attemptId: number,
  { stream, text, from }: { stream: OutputStream; text: string; from: number },
  signal: AbortSignal,
) {
  const wanted = text.toLowerCase()
  const hits: { at: number; line: string }[] = []
  const size = outputs.size(attemptId, stream)
  const end = Math.min(size, from + bytesMax)
  let at = from
  while (at < end && hits.length < hitsMax && !signal.aborted) {
    const bytes = outputs.read(attemptId, stream, at, pieceBytes)
    if (bytes.length === 0) return { hits, next: null, size } // cut short meanwhile
    const cut = at + bytes.length >= size ? bytes.length : bytes.lastIndexOf(10) + 1 || bytes.length
    at += collect(bytes.subarray(0, cut), at, wanted, hits)
    await clock.sleep(0)
  }
  return { hits, next: at < size ? at : null, size }
}

/** How many bytes were looked through: fewer than there are where there are hits enough. */
function collect(
  bytes: Buffer,
  at: number,
  wanted: string,
  hits: { at: number; line: string }[],
): number {
  // Most pieces contain it nowhere, and a whole one is looked through in a hundredth of the time that its lines take.
  if (!bytes.toString('utf8').toLowerCase().includes(wanted)) return bytes.length
  let start = 0
  while (start < bytes.length && hits.length < hitsMax) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const line = bytes.toString('utf8', start, end)
    const index = line.toLowerCase().indexOf(wanted)
    if (index >= 0) {
      const begin = Math.max(0, index - lineMax / 4)
      hits.push({ at: at + start, line: line.slice(begin, begin + lineMax) })
    }
    start = end + 1
  }
  return Math.min(start, bytes.length)
}
