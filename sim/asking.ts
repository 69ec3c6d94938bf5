// How people, sessions and strangers ask the API of a machine, as a browser or a program does: one request at a time, answered,
// refused, or by nobody. Each answer is written down with what the store held before and after it, for the checkers.

import type { Attempt } from '../src/model/attempt.ts'
import type { Hold } from '../src/model/hold.ts'
import type { Task } from '../src/model/task.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import { accessIn, address, earOf } from './serving.ts'
import type { World } from './world.ts'

export interface Wish {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export interface Told {
  readonly status: number
  readonly text: string
  readonly said: Said
  readonly headers: Headers
}

/** What is read of an answer, whatever it is. */
export interface Said {
  readonly code?: string
  readonly sentence?: string
  readonly remedy?: string
  readonly csrf?: string
  readonly path?: string
  readonly task?: { readonly state: string }
}

/** What the store holds of a task and of the journal at one moment. */
export interface Sight {
  readonly newestFact: number
  readonly task: Task | null
  readonly holds: readonly Hold[]
  readonly attempts: readonly Attempt[]
  /** How many timers of the world had fired. */
  readonly fired: number
}

/** A browser or a program that is given up waits so long for its answer. */
const patienceMs = 30_000
const here = '127.0.0.1'

/** What the machine's API answers; null where nobody does in time. */
export function ask(world: World, machine: Machine, wish: Wish): Promise<Told | null> {
  const ear = earOf(machine).now
  if (ear === null || !ear.life.alive || !machine.up) return Promise.resolve(null)
  return new Promise((resolve) => {
    const timer = world.time.after(patienceMs, () => resolve(null))
    const answered = (told: Told) => {
      timer.cancel()
      resolve(told)
    }
    ear.life.deliver(
      () =>
        void Promise.resolve(ear.fetch(requestOf(wish), here))
          .then(toldOf)
          .then((told) => ear.life.deliver(() => answered(told))),
    )
  })
}

export function requestOf({ method, path, body, headers }: Wish): Request {
  return new Request(`http://${address}${path}`, {
    method,
    headers: {
      host: address,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function toldOf(response: Response): Promise<Told> {
  const { status, headers } = response
  const text = await response.text()
  const isJson = /json/.test(headers.get('content-type') ?? '')
  return { status, text, said: isJson ? (JSON.parse(text) as Said) : {}, headers }
}

/** The store as it is now; past every daemon, so that nothing of the world goes on meanwhile. */
export async function sightOf({ store, time }: World, taskId: number): Promise<Sight> {
  const { fired } = time
  const [newest] = await store.facts({ newestFirst: true, limit: 1 })
  return {
    newestFact: newest?.id ?? 0,
    task: await store.task(taskId),
    holds: await store.holdsOf(taskId, false),
    attempts: await store.attemptsOf(taskId),
    fired,
  }
}

/** How a person is known to the browser: a cookie, and what shows that our page wrote a request. */
interface Entry {
  readonly cookie: string
  readonly csrf: string
}
const entriesIn = partOf<World, Map<string, Entry>>(() => new Map())

/** The headers of whoever has this token. */
export const bearing = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
})

/** The headers of a signed-in browser; signs in by a one-time link first. Null where nobody lets it in. */
export async function signedIn(
  world: World,
  machine: Machine,
  role: 'viewer' | 'operator',
  by: string,
): Promise<Record<string, string> | null> {
  const entries = entriesIn(world)
  const known = entries.get(by) ?? (await enter(world, machine, role, by))
  if (known === null) return null
  entries.set(by, known)
  return { cookie: known.cookie, 'x-midwatch-csrf': known.csrf }
}

async function enter(
  world: World,
  machine: Machine,
  role: 'viewer' | 'operator',
  by: string,
): Promise<Entry | null> {
  const headers = bearing(accessIn(world).operator)
  const path = '/api/session/links'
  const link = await ask(world, machine, { method: 'POST', path, body: { role, by }, headers })
  const code = link?.said.path?.split('#')[1]
  if (code === undefined) return null
  const entering = { method: 'POST', path: '/api/session', body: { code } } as const
  const entered = await ask(world, machine, entering)
  const cookie = entered?.headers.get('set-cookie')?.split(';')[0]
  const csrf = entered?.said.csrf
  if (cookie === undefined || csrf === undefined) return null
  world.truth.count(`${role} signed in`)
  return { cookie, csrf }
}
