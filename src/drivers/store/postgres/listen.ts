// How hosts tell each other that there is something to see: NOTIFY on one channel, heard by one listening connection
// per process. A hint and no more: what is missed while a connection is down is found by polling.

import type { Client, Pool } from 'pg'

import type { Clock } from '../../../base/clock.ts'
import { jitter, type Random } from '../../../base/random.ts'
import { type Service, startService } from '../../../base/service.ts'

const channel = 'midwatch'
const backoffMs = { first: 100, last: 30_000 } as const

export interface ListenOptions {
  readonly connect: () => Client
  readonly pool: Pool
  readonly clock: Clock
  readonly random: Random
}

/** The two ends of the channel. Nothing is opened before the first `watch`. */
export function hints(options: ListenOptions) {
  const watchers = new Set<() => void>()
  const heard = () => {
    for (const onChange of watchers) onChange()
  }
  let listener: Service | null = null
  return {
    watch(onChange: () => void): () => void {
      watchers.add(onChange)
      listener ??= startService('store hints', (signal) => listen(options, heard, signal))
      return () => void watchers.delete(onChange)
    },
    poke: poker(options.pool),
    async close(): Promise<void> {
      watchers.clear()
      await listener?.stop()
    },
  }
}

/** Listens until stopped; comes back by itself, and then tells at once, for something may have been missed. */
async function listen(
  options: ListenOptions,
  heard: () => void,
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
      client.on('notification', heard)
      await client.query(`LISTEN ${channel}`)
      heard()
      waitMs = backoffMs.first
      await ended
    } catch {
      // Not reachable now: tried again below.
    }
    signal.removeEventListener('abort', stop)
    await client.end().catch(() => {})
    if (!signal.aborted) await clock.sleep(jitter(waitMs, 0.3, random), signal)
    waitMs = Math.min(backoffMs.last, waitMs * 2)
  }
}

/**
 * Sends one hint for however many are asked for while it is on its way. Never inside a verb's transaction: a NOTIFY
 * there would make the commits of all hosts wait for each other.
 */
function poker(pool: Pool): () => void {
  let sending = false
  let again = false
  const send = async (): Promise<void> => {
    sending = true
    do {
      again = false
      await pool.query(`NOTIFY ${channel}`).catch(() => {}) // polling is the guarantee
    } while (again)
    sending = false
  }
  return () => {
    again = true
    if (!sending) void send()
  }
}
