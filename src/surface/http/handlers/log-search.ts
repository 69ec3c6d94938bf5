// Looks for a text in the output of a session, piece by piece, a bounded amount at a time.

import type { Outputs, OutputStream } from '../../../drivers/outputs/contract.ts'

const pieceBytes = 1_000_000
const bytesMax = 32_000_000
const hitsMax = 200
const lineMax = 400

/** Lines that contain `text`, whatever its case, from a byte offset on; `next` is where to go on, or null at the end. */
export function searchIn(
  outputs: Outputs,
  attemptId: number,
  stream: OutputStream,
  text: string,
  from: number,
) {
  const wanted = text.toLowerCase()
  const hits: { at: number; line: string }[] = []
  const size = outputs.size(attemptId, stream)
  const end = Math.min(size, from + bytesMax)
  let at = from
  while (at < end && hits.length < hitsMax) {
    const bytes = outputs.read(attemptId, stream, at, pieceBytes)
    if (bytes.length === 0) break
    const cut = at + bytes.length >= size ? bytes.length : bytes.lastIndexOf(10) + 1 || bytes.length
    collect(bytes.subarray(0, cut), at, wanted, hits)
    at += cut
  }
  return { hits, next: at < size ? at : null, size }
}

function collect(
  bytes: Buffer,
  at: number,
  wanted: string,
  hits: { at: number; line: string }[],
): void {
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
}
