// What those ask for who may not: somebody who may only look, a session that reaches for what is not its own, a page of somebody
// else, and who is not signed in at all. Each answer is written down with what the store held before and after it.

import { ask, bearing, type Sight, sightOf, type Told, type Wish } from './asking.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

export interface Tried {
  readonly who: string
  readonly wish: Wish
  /** Whether they may. */
  readonly may: boolean
  readonly told: Told
  /** What no answer to who may not ever tells; null where the task has gone. */
  readonly title: string | null
  readonly taskId: number
  readonly before: Sight
  readonly after: Sight
}

/** What was tried, as far as nobody has judged it. */
export const triedIn = partOf<World, { tried: Tried[] }>(() => ({ tried: [] }))

/** The token that each session was started with, by its attempt. */
export const tokensIn = partOf<World, Map<number, string>>(() => new Map())

/** Asks for it and writes down what was answered, if anybody did. */
export async function tryIt(
  world: World,
  machine: Machine,
  taskId: number,
  { who, may, ...wish }: Wish & { readonly who: string; readonly may: boolean },
): Promise<void> {
  const before = await sightOf(world, taskId)
  const told = await ask(world, machine, wish)
  if (told === null) return
  const after = await sightOf(world, taskId)
  const title = before.task?.title ?? null
  triedIn(world).tried.push({ who, may, wish, told, title, taskId, before, after })
}

/** What changes a task or the fleet, as any of them may try it. */
export const changesOf = (taskId: number, lane: string): readonly Wish[] => [
  { method: 'POST', path: `/api/tasks/${taskId}/cancel`, body: {} },
  { method: 'POST', path: `/api/tasks/${taskId}/done`, body: { text: 'it looks done' } },
  { method: 'POST', path: `/api/tasks/${taskId}/fail`, body: { text: 'it looks bad' } },
  { method: 'POST', path: `/api/tasks/${taskId}/hold`, body: { until: '2h' } },
  { method: 'POST', path: `/api/tasks/${taskId}/release`, body: {} },
  { method: 'PATCH', path: `/api/tasks/${taskId}`, body: { priority: 19 } },
  { method: 'POST', path: `/api/gates/${lane}/pin`, body: {} },
  { method: 'POST', path: `/api/gates/${lane}/reset`, body: {} },
]

/** A session that runs on the machine: its task, and the headers it is known by. Null where none does. */
export async function sessionOn(
  world: World,
  { name }: Machine,
): Promise<{ readonly taskId: number; readonly headers: Record<string, string> } | null> {
  const running = [...world.truth.sessions.values()]
    .flat()
    .findLast(({ host, endedMs }) => host === name && endedMs === null)
  if (running === undefined) return null
  const token = tokensIn(world).get(running.attemptId)
  const attempt = await world.store.attempt(running.attemptId)
  if (token === undefined || attempt === null) return null
  return { taskId: attempt.taskId, headers: bearing(token) }
}
