// Lines of a log that contain a text. The server looks through a bounded part at a time; it is asked on and on until the end,
// or until there is enough to read, and says how far it has come.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { call } from '../lib/api.ts'
import { Failed } from './basics.tsx'
import { plain, type Stream } from './log-tail.tsx'

/** Looked for by itself; further on when somebody asks. */
const enough = 200
const typingMs = 250

interface Sought {
  readonly id: number
  readonly stream: Stream
  readonly text: string
}

export function LogSearch({ id, stream, text }: Sought) {
  const settled = useSettled(text)
  return <Hits key={settled} id={id} stream={stream} text={settled} />
}

function Hits({ id, stream, text }: Sought) {
  const found = useInfiniteQuery({
    queryKey: ['log', id, stream, text],
    initialPageParam: 0,
    queryFn: ({ pageParam: from, signal }) => call('searchLog', { id, stream, text, from }, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 2_000,
    refetchOnWindowFocus: false,
  })
  const { hasNextPage, isFetching, fetchNextPage, error } = found
  const hits = found.data?.pages.flatMap((page) => page.hits) ?? []
  const last = found.data?.pages.at(-1)
  const [more, setMore] = useState(0)
  const goesOn = hasNextPage && hits.length < enough + more && error === null
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage()
  }, [goesOn, isFetching, fetchNextPage])
  const looked = last === undefined ? 0 : (last.next ?? last.size)
  return (
    <>
      {error && <Failed error={error} again={found.refetch} />}
      <ol
        tabIndex={0}
        aria-label="Lines that contain it"
        className="h-[min(28rem,55dvh)] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5"
      >
        {hits.map((hit) => (
          <li key={hit.at} className="break-words whitespace-pre-wrap">
            <span className="pr-3 text-faint">{hit.at}</span>
            {plain(hit.line)}
          </li>
        ))}
        {last && !hasNextPage && hits.length === 0 && (
          <li className="text-faint">No line contains it.</li>
        )}
      </ol>
      <p role="status" className="text-xs text-faint">
        {hits.length === 1 ? '1 line' : `${hits.length.toLocaleString('en')} lines`}
        {last !== undefined &&
          hasNextPage &&
          ` in the first ${megabytes(looked)} of ${megabytes(last.size)}`}
        {(goesOn || isFetching) && ' …'}
        {hasNextPage && !goesOn && (
          <button
            type="button"
            className="ml-2 text-soft underline"
            onClick={() => setMore(hits.length)}
          >
            Look further
          </button>
        )}
      </p>
    </>
  )
}

const megabytes = (bytes: number): string =>
  `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`

/** What somebody has typed, once they rest. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
