// Prints one output stream of an attempt as it grows, in bounded memory: bytes as they are to a file or pipe, text
// without control sequences to a terminal, one object per line as JSON.

import { StringDecoder } from 'node:string_decoder'

import type { Outputs, OutputStream } from '../../drivers/outputs/contract.ts'
import { plainText } from './text.ts'
import type { TextStream } from '../../drivers/terminal/contract.ts'

export interface OutputPrinter {
  /** Prints everything that is there now and not yet printed. */
  drain(): void
  /** Prints what is held back of a last line without its end. */
  finish(): void
}

export interface PrintedOutput {
  readonly outputs: Outputs
  readonly attemptId: number
  readonly stream: OutputStream
  readonly to: TextStream
  readonly json: boolean
  /** Print only this many lines of what is there at first. */
  readonly tail: number | null
}

const chunkBytes = 256 * 1024
/** A line longer than this is printed in pieces. */
const heldMax = 64 * 1024
const tailLookMax = 8 * 1024 * 1024

export function outputPrinter(what: PrintedOutput): OutputPrinter {
  const { outputs, attemptId, stream, to, json } = what
  let offset = what.tail === null ? 0 : tailStart(what, what.tail)
  const print = json ? jsonLines(what) : to.isTerminal ? cleanLines(to) : rawBytes(to)
  return {
    drain() {
      if (outputs.size(attemptId, stream) < offset) offset = 0 // cut under us: begin anew
      for (;;) {
        const chunk = outputs.read(attemptId, stream, offset, chunkBytes)
        if (chunk.length === 0) return
        offset += chunk.length
        print.feed(chunk)
      }
    },
    finish: () => print.end(),
  }
}

interface Sink {
  feed(chunk: Buffer): void
  end(): void
}

const rawBytes = (to: TextStream): Sink => ({ feed: (chunk) => to.write(chunk), end: () => {} })

/** Whole lines only, so that no control sequence is looked at in halves. */
function lineSink(each: (lines: string) => void): Sink {
  const decoder = new StringDecoder('utf8')
  let held = ''
  return {
    feed(chunk) {
      held += decoder.write(chunk)
      const end = held.length > heldMax ? held.length : held.lastIndexOf('\n') + 1
      if (end === 0) return
      each(held.slice(0, end))
      held = held.slice(end)
    },
    end() {
      const rest = held + decoder.end()
      held = ''
      if (rest !== '') each(rest)
    },
  }
}

const cleanLines = (to: TextStream): Sink => lineSink((lines) => to.write(plainText(lines)))

const jsonLines = ({ attemptId, stream, to }: PrintedOutput): Sink =>
  lineSink((lines) => {
    for (const text of lines.replace(/\n$/, '').split('\n'))
      to.write(`${JSON.stringify({ attempt: attemptId, stream, text })}\n`)
  })

/** Where the last `lines` lines begin, looking back a bounded way. */
function tailStart({ outputs, attemptId, stream }: PrintedOutput, lines: number): number {
  const size = outputs.size(attemptId, stream)
  if (lines === 0) return size
  let wanted = lines + 1 // the end of the last line is not the beginning of one
  for (let end = size; end > 0 && size - end < tailLookMax; end -= chunkBytes) {
    const start = Math.max(0, end - chunkBytes)
    const chunk = outputs.read(attemptId, stream, start, end - start)
    if (end === size && chunk.at(-1) !== 0x0a) wanted--
    for (let at = chunk.length - 1; at >= 0; at--)
      if (chunk[at] === 0x0a && --wanted === 0) return start + at + 1
  }
  return Math.max(0, size - tailLookMax)
}
