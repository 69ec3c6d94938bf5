// Live facts as server-sent events. A client that comes back with the id of the last fact it saw is told what it missed,
// from the journal, and then goes on live. A client that reads too slowly is dropped, not buffered for: it comes back by
// itself and loses nothing. So is one whose sign-in has ended: what was given out before the secrets were renewed opens
// nothing any more, and keeps nothing open.

import type { Clock } from '../../../base/clock.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import type { Fact } from '../../../model/fact.ts'
import { refuse } from '../problem.ts'
import type { FactHub } from './hub.ts'
import { factView } from './shape.ts'

export const streamsMax = 2_000
const backlogBytesMax = 512_000
const pulseMs = 15_000
const pageSize = 500

export interface Streams {
  readonly count: () => number
  readonly dropped: () => number
  /** `welcome` says whether whoever asked may still listen; it is asked before each word. */
  open(request: Request, taskId: number | null, welcome: () => boolean): Response
  closeAll(): void
}

interface Client {
  /** Undefined while it catches up with the journal. */
  feed(facts: readonly Fact[]): void
  say(text: string): void
  close(): void
}

export function createStreams(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly hub: FactHub
  readonly redact: (text: string) => string
  readonly signal: AbortSignal
}): Streams {
  const clients = new Set<Client>()
  let dropped = 0
  void pulses(deps.clock, clients, deps.signal)
  deps.hub.listen((facts) => {
    for (const client of clients) client.feed(facts)
  })
  return {
    count: () => clients.size,
    dropped: () => dropped,
    closeAll: () => {
      for (const client of clients) client.close()
    },
    open(request, taskId, welcome) {
      if (clients.size >= streamsMax)
        throw refuse(503, 'stream.full', 'too many live streams', 'try again in a minute', {
          'retry-after': '60',
        })
      const after = afterOf(request)
      const want = { after, taskId, welcome, signal: request.signal }
      const body = clientStream(deps, clients, want, () => {
        dropped += 1
      })
      return new Response(body, { headers: streamHeaders })
    },
  }
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** The id of the last fact seen: the browser's own header, or the first time a parameter. Null: from now on. */
function afterOf(request: Request): number | null {
  const given =
    request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after')
  return given !== null && /^\d{1,15}$/.test(given) ? Number(given) : null
}

interface Want {
  readonly after: number | null
  readonly taskId: number | null
  readonly welcome: () => boolean
  readonly signal: AbortSignal
}

function clientStream(
  deps: { store: Store; hub: FactHub; redact: (text: string) => string },
  clients: Set<Client>,
  want: Want,
  onDrop: () => void,
): ReadableStream<Uint8Array> {
  let leave = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let after = want.after ?? deps.hub.newest()
        let live = want.after === null
        let over = false
        const client: Client = {
          feed(facts) {
            if (live) tell(facts)
          },
          say(text) {
            if (over) return
            if (!want.welcome()) return client.close()
            controller.enqueue(encoder.encode(text))
            if ((controller.desiredSize ?? 0) > -backlogBytesMax) return
            onDrop()
            client.close()
          },
          close() {
            if (over) return
            leave()
            controller.close()
          },
        }
        const { close } = client
        leave = () => {
          over = true
          clients.delete(client)
          want.signal.removeEventListener('abort', close)
        }
        const tell = (facts: readonly Fact[]) => {
          const fresh = facts.filter((fact) => fact.id > after)
          after = fresh.at(-1)?.id ?? after
          const mine = fresh.filter((one) => want.taskId === null || one.taskId === want.taskId)
          if (mine.length > 0) client.say(mine.map((fact) => eventOf(fact, deps.redact)).join(''))
        }
        clients.add(client)
        want.signal.addEventListener('abort', close, { once: true })
        client.say(`retry: 1000\nid: ${after}\nevent: hello\ndata: {}\n\n`)
        const missed: Missed = {
          from: () => (over ? null : after),
          toldToOthers: deps.hub.newest,
          tell,
          goesOnLive() {
            live = true
          },
        }
        // Where the journal cannot be read it comes back, and is told from where it was.
        if (!live) void catchUp(deps.store, missed).catch(client.close)
      },
      // Whoever goes has closed it.
      cancel: () => leave(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
}

interface Missed {
  /** The last fact that was told; null when nobody listens any more. */
  from(): number | null
  toldToOthers(): number
  tell(facts: readonly Fact[]): void
  goesOnLive(): void
}

/**
 * Tells page by page what was missed. While a page was on its way the others may have been told of facts that it does not
 * have: then it is read on, until nothing came meanwhile. Throws where the journal cannot be read.
 */
async function catchUp(store: Store, missed: Missed): Promise<void> {
  for (let after = missed.from(); after !== null; after = missed.from()) {
    const upTo = missed.toldToOthers()
    const page = await store.facts({ after, limit: pageSize })
    missed.tell(page)
    if (page.length < pageSize && missed.toldToOthers() === upTo) return missed.goesOnLive()
  }
}

const encoder = new TextEncoder()
const eventOf = (fact: Fact, redact: (text: string) => string): string =>
  `id: ${fact.id}\nevent: fact\ndata: ${redact(JSON.stringify(factView(fact)))}\n\n`

/** A word now and then, so that dead connections are noticed on both sides. */
async function pulses(clock: Clock, clients: Set<Client>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(pulseMs, signal)
    for (const client of clients) client.say(': still here\n\n')
  }
}
