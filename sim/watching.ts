// Who watches without end, and asks without measure: a page that is open and is never read, a stranger who guesses, and somebody
// who sends too much at once. What the house kept for them, or took of them, is written down for the checkers.

import { ask, bearing, requestOf, signedIn } from './asking.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import { earOf } from './serving.ts'
import type { World } from './world.ts'

export interface Watched {
  /** Streams that nobody read: what was kept for them, and whether they were dropped. */
  streams: { readonly host: string; readonly bytes: number; readonly dropped: boolean }[]
  /** How many wrong tokens were looked at of those that came at once, and what somebody who is known was answered then. */
  guesses: { readonly looked: number; readonly known: number | null }[]
  /** What became of what was too much. */
  heaps: { readonly status: number }[]
}

export const watchedIn = partOf<World, Watched>(() => ({ streams: [], guesses: [], heaps: [] }))

/** Opens the live facts from the first one on and reads nothing; after a while what lies there is counted. */
export async function watchUnread(world: World, machine: Machine, forMs: number): Promise<void> {
  const headers = await signedIn(world, machine, 'viewer', 'vic')
  const ear = earOf(machine).now
  if (headers === null || ear === null || !ear.life.alive) return
  const path = '/api/facts/stream'
  const wish = { method: 'GET', path, headers: { ...headers, 'last-event-id': '0' } } as const
  const response = await Promise.resolve(ear.fetch(requestOf(wish), '127.0.0.1'))
  if (response.status !== 200 || response.body === null) return
  const reader = response.body.getReader()
  world.time.after(forMs, () => {
    if (ear.life.alive && !ear.life.isHung) void countUnread(world, machine, reader)
  })
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

async function countUnread(world: World, { name: host }: Machine, reader: Reader): Promise<void> {
  let bytes = 0
  let dropped = false
  const reading = async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      bytes += part.value.length
    dropped = true
  }
  void reading()
  await new Promise<void>((resolve) => world.time.after(1, resolve))
  world.truth.count(dropped ? 'stream dropped' : 'stream kept')
  watchedIn(world).streams.push({ host, bytes, dropped })
  await reader.cancel()
}

export const guessesAtOnce = 30

/** A stranger guesses tokens; somebody who is known asks from the same address in the same moment. */
export async function guess(world: World, machine: Machine): Promise<void> {
  const headers = await signedIn(world, machine, 'viewer', 'vic')
  if (headers === null) return
  const { fired } = world.time
  let looked = 0
  for (let i = 0; i < guessesAtOnce; i++) {
    const token = `mwo_${String(i).padStart(48, '0')}`
    const me = { method: 'GET', path: '/api/me', headers: bearing(token) } as const
    const told = await ask(world, machine, me)
    if (told === null) return
    if (told.status !== 429) looked += 1
  }
  const known = await ask(world, machine, { method: 'GET', path: '/api/me', headers })
  if (world.time.fired === fired)
    watchedIn(world).guesses.push({ looked, known: known?.status ?? null })
}

/** Somebody who may act sends far more than anybody needs. */
export async function heap(world: World, machine: Machine, taskId: number): Promise<void> {
  const headers = await signedIn(world, machine, 'operator', 'ann')
  if (headers === null) return
  const path = `/api/tasks/${taskId}/cancel`
  const body = { reason: 'x'.repeat(400_000) }
  const told = await ask(world, machine, { method: 'POST', path, body, headers })
  if (told !== null && told.status < 500) watchedIn(world).heaps.push({ status: told.status })
}
