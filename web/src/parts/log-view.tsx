// What a session prints, as it prints it: the end first, further back on demand, and a search that asks the server, which
// has all of it. Kept here is only a bounded tail.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { Chip, Failed } from './basics.tsx'

type Attempts = Answer<'showTask'>['attempts']

const keptMax = 400_000

export function LogView({ attempts }: { attempts: Attempts }) {
  const [id, setId] = useState(attempts.at(-1)?.id ?? 0)
  const [stream, setStream] = useState<'out' | 'err'>('out')
  const [wanted, setWanted] = useState('')
  return (
    <div className="grid gap-2 p-3">
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label="Attempt"
          value={id}
          onChange={(event) => setId(Number(event.target.value))}
          className="rounded-md border border-line bg-ground px-1.5 py-1"
        >
          {attempts.toReversed().map((one) => (
            <option key={one.id} value={one.id}>
              attempt {one.id}: {one.class ?? one.state}
            </option>
          ))}
        </select>
        {(['out', 'err'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={stream === name}
            onClick={() => setStream(name)}
            className={`rounded-md border px-2 py-1 ${stream === name ? 'border-accent text-ink' : 'border-line text-soft'}`}
          >
            {name === 'out' ? 'output' : 'errors'}
          </button>
        ))}
        <input
          type="search"
          data-search
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          placeholder="Search all of it"
          aria-label="Search the log"
          className="min-w-0 flex-1 rounded-md border border-line bg-ground px-2 py-1"
        />
      </div>
      {wanted.length > 1 ? (
        <Hits key={`${id} ${stream}`} id={id} stream={stream} text={wanted} />
      ) : (
        <Tail key={`${id} ${stream}`} id={id} stream={stream} />
      )}
    </div>
  )
}

interface Held {
  readonly text: string
  readonly from: number
  readonly next: number
  readonly ended: boolean
}

function Tail({ id, stream }: { id: number; stream: 'out' | 'err' }) {
  const [held, setHeld] = useState<Held | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    const stop = new AbortController()
    void follow(id, stream, stop.signal, setHeld, setError)
    return () => stop.abort()
  }, [id, stream])
  useEffect(() => {
    if (held && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [held])
  const back = async () => {
    if (held === null) return
    const from = Math.max(0, held.from - 64_000)
    const more = await call('readLog', { id, stream, from, max: held.from - from })
    atEnd.current = false
    setHeld({ ...held, text: more.text + held.text, from })
  }
  return (
    <>
      {error && <Failed error={error} />}
      {held !== null && held.from > 0 && (
        <button
          type="button"
          onClick={() => void back()}
          className="w-fit text-xs text-soft underline"
        >
          {Math.round(held.from / 1_000).toLocaleString('en')} kB before this: show more
        </button>
      )}
      <pre
        ref={box}
        tabIndex={0}
        role="log"
        data-log
        aria-label="What the session printed"
        onScroll={({ currentTarget: one }) => {
          atEnd.current = one.scrollHeight - one.scrollTop - one.clientHeight < 40
        }}
        className="h-[min(28rem,55dvh)] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {held === null ? '' : plain(held.text)}
        {held !== null && held.text === '' && (
          <span className="text-faint">Nothing was printed{held.ended ? '' : ' yet'}.</span>
        )}
      </pre>
      <div className="text-xs text-faint">
        {held === null ? (
          'asking'
        ) : held.ended ? (
          `ended, ${held.next.toLocaleString('en')} bytes`
        ) : (
          <Chip tone="moving">live</Chip>
        )}
      </div>
    </>
  )
}

/** Reads on until the attempt has ended, each time waiting for more. */
async function follow(
  id: number,
  stream: 'out' | 'err',
  signal: AbortSignal,
  tell: (held: Held) => void,
  trouble: (error: Error | null) => void,
): Promise<void> {
  let held: Held | null = null
  while (!signal.aborted) {
    try {
      const ask = held === null ? {} : { from: held.next, waitMs: 10_000 }
      const piece: Answer<'readLog'> = await call('readLog', { id, stream, ...ask }, signal)
      trouble(null)
      const text: string = (held?.text ?? '') + piece.text
      const cut = Math.max(0, text.length - keptMax)
      held = {
        text: text.slice(cut),
        from: held === null ? piece.from : held.from + cut,
        next: piece.next,
        ended: piece.ended,
      }
      tell(held)
      if (piece.ended && piece.next >= piece.size) return
    } catch (error) {
      if (signal.aborted) return
      trouble(error as Error)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
    }
  }
}

/** Without the control sequences of terminals. */
const plain = (text: string): string =>
  text.replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f]/g, '')

function Hits({ id, stream, text }: { id: number; stream: 'out' | 'err'; text: string }) {
  const found = useQuery({
    queryKey: ['log', id, stream, text],
    queryFn: ({ signal }) => call('searchLog', { id, stream, text }, signal),
    staleTime: 2_000,
  })
  if (found.error) return <Failed error={found.error} />
  const hits = found.data?.hits ?? []
  return (
    <ol className="h-[min(28rem,55dvh)] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5">
      {hits.map((hit) => (
        <li key={hit.at} className="break-words whitespace-pre-wrap">
          <span className="pr-3 text-faint">{hit.at}</span>
          {plain(hit.line)}
        </li>
      ))}
      {found.data && hits.length === 0 && <li className="text-faint">No line contains it.</li>}
      {found.data?.next != null && (
        <li className="text-faint">There is more beyond byte {found.data.next}.</li>
      )}
    </ol>
  )
}
