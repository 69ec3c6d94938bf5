// Live facts: one stream for the whole page. Each fact says which answers may be old, and they are asked for anew, at most
// a few times a second. When the stream is gone the page says since when what it shows is old.

import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'

export interface LiveFact {
  readonly id: number
  readonly at: string
  readonly kind: string
  readonly taskId: number | null
  readonly attemptId: number | null
  readonly sentence: string
  readonly tone: 'plain' | 'good' | 'bad' | 'waiting' | 'moving' | 'aside'
}

interface Live {
  readonly state: 'connecting' | 'live' | 'away'
  readonly since: number
  readonly facts: readonly LiveFact[]
}

const kept = 200
const everyMs = 200

let live: Live = { state: 'connecting', since: Date.now(), facts: [] }
const listeners = new Set<() => void>()
const set = (next: Partial<Live>): void => {
  live = { ...live, ...next }
  for (const listener of listeners) listener()
}

export const useLive = (): Live =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => live,
  )

/** Which answers a fact makes old. */
function touched(kind: string): readonly string[] {
  const [noun] = kind.split('.')
  if (noun === 'task' || noun === 'hold') return ['task', 'watch', 'holds', 'convoys', 'reviews']
  if (noun === 'attempt' || noun === 'check') return ['task', 'watch', 'agents', 'attempts']
  if (noun === 'gate') return ['gates', 'agents', 'watch']
  if (noun === 'incident') return ['incidents', 'watch']
  if (noun === 'effect') return ['effects', 'task']
  if (noun === 'lock' || noun === 'work') return ['keys', 'holds']
  if (noun === 'schedule') return ['schedules']
  if (noun === 'quota') return ['attempts', 'gates']
  if (noun === 'window') return ['windows', 'gates']
  if (noun === 'account') return ['accounts', 'agents']
  if (noun === 'review' || noun === 'convoy') return ['reviews', 'convoys', 'task']
  return ['watch', 'hosts', 'agents']
}

/** Starts listening; what is old is asked for anew through `client`. */
export function startLive(client: QueryClient): () => void {
  let ended = false
  let end = () => {}
  const begin = () => {
    if (!ended) end = listen(client, () => setTimeout(begin, 1_500))
  }
  begin()
  return () => {
    ended = true
    end()
  }
}

/** Listens until it ends; a stream that was refused, which the browser gives up, is told to `onRefused`. */
function listen(client: QueryClient, onRefused: () => void): () => void {
  const source = new EventSource('/api/facts/stream')
  const old = new Set<string>()
  let waiting = false
  let again = false
  const refresh = () => {
    if (waiting) {
      again = true
      return
    }
    waiting = true
    const names = [...old]
    old.clear()
    for (const name of names) void client.invalidateQueries({ queryKey: [name] })
    setTimeout(() => {
      waiting = false
      if (again) {
        again = false
        refresh()
      }
    }, everyMs)
  }
  source.addEventListener('hello', () => {
    if (live.state === 'away') void client.invalidateQueries() // lists, too: facts were missed
    set({ state: 'live', since: Date.now() })
  })
  source.addEventListener('fact', (event) => {
    const fact = JSON.parse((event as MessageEvent<string>).data) as LiveFact
    set({ facts: [fact, ...live.facts].slice(0, kept) })
    for (const name of touched(fact.kind)) old.add(name)
    refresh()
  })
  source.onerror = () => {
    if (live.state !== 'away') set({ state: 'away', since: Date.now() })
    if (source.readyState === EventSource.CLOSED) {
      source.close()
      onRefused()
    }
  }
  return () => source.close()
}
