// The end of what a session prints, followed as it prints it, and further back on demand. Kept is a bounded part, in pieces
// that know their bytes: letters are of one to four, and what lies before is asked for by its bytes.

import { useEffect, useLayoutEffect, useRef, useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { Chip, Failed } from './basics.tsx'

export type Stream = 'out' | 'err'
type Read = Answer<'readLog'>

interface Piece {
  readonly from: number
  readonly text: string
}
interface Held {
  readonly pieces: readonly Piece[]
  /** How much older text somebody asked to see: it is not cut away below them. */
  readonly keep: number
  readonly next: number
  readonly ended: boolean
}

const keptMax = 400_000
const pieceBytes = 64_000

export function LogTail({ id, stream }: { id: number; stream: Stream }) {
  const [held, setHeld] = useState<Held | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const box = useRef<HTMLPreElement>(null)
  /** Where a reader stands: at the end, or so far above it. */
  const above = useRef(0)
  useEffect(() => {
    const stop = new AbortController()
    const take = (read: Read) => setHeld((before) => appended(before, read))
    void follow(id, stream, stop.signal, take, setError)
    return () => stop.abort()
  }, [id, stream])
  useLayoutEffect(() => {
    const { current: one } = box
    if (held === null || one === null) return
    if (above.current < 40) one.scrollTop = one.scrollHeight
  }, [held])
  const from = held?.pieces[0]?.from ?? 0
  const back = async () => {
    const start = Math.max(0, from - pieceBytes)
    try {
      const { text } = await call('readLog', { id, stream, from: start, max: from - start })
      const { current: one } = box
      const below = one === null ? 0 : one.scrollHeight - one.scrollTop
      above.current = Math.max(below, 40)
      setHeld((before) => before && preceded(before, { from: start, text }, from))
      requestAnimationFrame(() => {
        if (one !== null) one.scrollTop = one.scrollHeight - below
      })
    } catch (trouble) {
      setError(trouble as Error)
    }
  }
  return (
    <>
      {error && <Failed error={error} />}
      {from > 0 && (
        <button
          type="button"
          onClick={() => void back()}
          className="w-fit text-xs text-soft underline"
        >
          {Math.ceil(from / 1_000).toLocaleString('en')} kB before this: show more
        </button>
      )}
      <pre
        ref={box}
        tabIndex={0}
        role="log"
        data-log
        aria-label="What the session printed"
        onScroll={({ currentTarget: one }) => {
          above.current = one.scrollHeight - one.scrollTop - one.clientHeight
        }}
        className="h-[min(28rem,55dvh)] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {held?.pieces.map((piece) => (
          <span key={piece.from}>{plain(piece.text)}</span>
        ))}
        {held !== null && held.pieces.length === 0 && (
          <span className="text-faint">Nothing was printed{held.ended ? '' : ' yet'}.</span>
        )}
      </pre>
      <div className="text-xs text-faint">
        {held === null ? 'asking' : <Standing held={held} />}
      </div>
    </>
  )
}

const Standing = ({ held: { ended, next } }: { held: Held }) =>
  ended ? `ended, ${next.toLocaleString('en')} bytes` : <Chip tone="moving">live</Chip>

const sizeOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { text }) => sum + text.length, 0)

/** With what came next; whole pieces of the beginning go where it is more than is kept. */
function appended(before: Held | null, { from, next, ended, text }: Read): Held {
  const keep = before?.keep ?? 0
  const pieces = [...(before?.pieces ?? []), ...(text === '' ? [] : [{ from, text }])]
  while (pieces.length > 1 && sizeOf(pieces) > keptMax + keep) pieces.shift()
  return { pieces, keep, next, ended }
}

/** With what lies before, unless that is no more the piece before the first one. */
function preceded(before: Held, piece: Piece, upTo: number): Held {
  if (before.pieces[0]?.from !== upTo) return before
  return { ...before, pieces: [piece, ...before.pieces], keep: before.keep + piece.text.length }
}

/** Reads on until the attempt has ended, each time waiting for more. */
async function follow(
  id: number,
  stream: Stream,
  signal: AbortSignal,
  tell: (read: Read) => void,
  trouble: (error: Error | null) => void,
): Promise<void> {
  let next: number | null = null
  while (!signal.aborted) {
    try {
      const ask = next === null ? {} : { from: next, waitMs: 10_000 }
      const read: Read = await call('readLog', { id, stream, ...ask }, signal)
      trouble(null)
      next = read.next
      tell(read)
      if (read.ended && read.next >= read.size) return
    } catch (error) {
      if (signal.aborted) return
      trouble(error as Error)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
    }
  }
}

/** Without the control sequences of terminals. */
export const plain = (text: string): string =>
  text.replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f]/g, '')
