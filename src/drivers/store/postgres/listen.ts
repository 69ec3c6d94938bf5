// How hosts tell each other that there is something to see: NOTIFY on one channel, heard by one listening connection
// per process. A hint and no more: what is missed while a connection is down is found by polling.

import type { Client, Pool } from 'pg'

import type { Clock } from '../../../base/clock.ts'
import { jitter, type Random } from '../../../base/random.ts'
import { type Service, startService } from '../../../base/service.ts'

const channel = 'midwatch'
/** Something was committed: no reason to look, but what is remembered is old. */
const changed = 'changed'
/** Nobody but this host need look. Who does not know this word looks. */
const ofHost = (host: string): string => `host ${host}`
const backoffMs = { first: 100, last: 30_000 } as const

export interface ListenOptions {
  readonly connect: () => Client
  readonly pool: Pool
  readonly clock: Clock
  readonly random: Random
  /** Whether nothing can be heard here: a pooler keeps no connection for who listens. */
  readonly deaf?: boolean
  /** Called when somebody committed something, or may have. */
  readonly onChanged?: () => void
}

/** The two ends of the channel. Nothing is opened before the first `watch`. */
export function hints(options: ListenOptions) {
  const watchers = new Set<{ readonly tell: () => void; readonly host: string | undefined }>()
  const heard = (payload: string) => {
    options.onChanged?.()
    if (payload === changed) return
    for (const { tell, host } of watchers)
      if (payload === '' || host === undefined || payload === ofHost(host)) tell()
  }
  const pokes = new Map<string, ReturnType<typeof sender>>()
  const changes = sender(options, changed)
  let listener: Service | null = null
  let isHearing = false
  const hearing = (is: boolean) => {
    isHearing = is
  }
  return {
    watch(onChange: () => void, host?: string): () => void {
      const watcher = { tell: onChange, host }
      watchers.add(watcher)
      if (options.deaf !== true)
        listener ??= startService('store hints', (signal) =>
          listen(options, heard, hearing, signal),
        )
      return () => void watchers.delete(watcher)
    },
    /** Whether what others tell is heard at once; while not, only looking helps. */
    hears: () => isHearing,
    poke(host?: string): void {
      const payload = host === undefined ? '' : ofHost(host)
      const known = pokes.get(payload) ?? sender(options, payload)
      pokes.set(payload, known)
      known.send()
    },
    /** Something was committed: what others remember is old. */
    tellChange: changes.send,
    async close(): Promise<void> {
      watchers.clear()
      await Promise.all([...pokes.values(), changes].map((one) => one.sent()))
      await listener?.stop()
    },
  }
}

/** Listens until stopped; comes back by itself, and then tells at once, for something may have been missed. */
async function listen(
  options: ListenOptions,
  heard: (payload: string) => void,
  hearing: (is: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  const { connect, clock, random } = options
  let waitMs: number = backoffMs.first
  while (!signal.aborted) {
    const client = connect()
    const ended = new Promise<void>((resolve) =>
      client.once('end', () => resolve()).once('error', () => resolve()),
    )
    client.on('error', () => {}) // heard above; a second one must not crash the process
    const stop = () => void client.end().catch(() => {})
    signal.addEventListener('abort', stop, { once: true })
    try {
      await client.connect()
      client.on('notification', ({ payload = '' }) => heard(payload))
      await client.query(`LISTEN ${channel}`)
      hearing(true)
      heard('')
      waitMs = backoffMs.first
      await ended
    } catch {
      // Not reachable now: tried again below.
    }
    hearing(false)
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => {})
    if (!signal.aborted) await clock.sleep(jitter(waitMs, 0.3, random), signal)
    waitMs = Math.min(backoffMs.last, waitMs * 2)
  }
}

/**
 * Sends one hint for however many are asked for while it is on its way, and rests before the next. Never inside a verb's
 * transaction: a NOTIFY there would make the commits of all hosts wait for each other.
 */
function sender({ pool, clock }: Pick<ListenOptions, 'pool' | 'clock'>, payload: string) {
  let sending: Promise<void> | null = null
  let again = false
  const hurry = new AbortController()
  const values = [channel, payload]
  const send = async (): Promise<void> => {
    for (;;) {
      again = false
      await pool.query('SELECT pg_notify($1, $2)', values).catch(() => {}) // polling is the guarantee
      if (!hurry.signal.aborted) await clock.sleep(restMs, hurry.signal)
      if (!again) return
    }
  }
  return {
    send(): void {
      again = true
      sending ??= send().finally(() => {
        sending = null
      })
    },
    /** Resolves when what was to be told is told, which is hurried. */
    sent(): Promise<void> {
      hurry.abort('close')
      return sending ?? Promise.resolve()
    },
  }
}

/** Under load one hint stands for many commits. */
const restMs = 100
