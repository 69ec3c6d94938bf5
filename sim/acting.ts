// What an operator does to a task, by the page or at the terminal: the same act both ways, one after the other in the same moment
// where the first was refused, so that nothing else changes between. What came of it is written down for the checkers.

import { ask, signedIn, type Sight, sightOf, type Told, type Wish } from './asking.ts'
import { by, type PeopleDeps, type Subject } from './deeds/contract.ts'
import { partOf } from './part.ts'
import { type Printed, type } from './terminal.ts'
import type { World } from './world.ts'

/** An act by its two ways, and what it must have come to where it was done. */
export interface ByHand {
  /** As the page's buttons call it. */
  readonly name: string
  readonly words: readonly string[]
  readonly wish: Omit<Wish, 'headers'>
  readonly came: (before: Sight, after: Sight) => boolean
}

export interface Acted {
  readonly what: string
  readonly taskId: number
  /** Why the page would not let it be done; null where it would, or where nobody could be asked. */
  readonly shown: { readonly code: string; readonly sentence: string } | null
  readonly told: Told | null
  readonly typed: Printed | null
  /** Whether what was asked for stands in the rows. */
  readonly came: boolean
  /** Whether nothing else can have happened meanwhile. */
  readonly atOnce: boolean
}

/** Acts as far as nobody has judged them. */
export const actedIn = partOf<World, { acts: Acted[] }>(() => ({ acts: [] }))

interface Shown {
  readonly can?: Readonly<Record<string, Acted['shown']>>
}

/** Does it by one way, and where that is refused by the other as well. */
export async function actByHand(
  deps: PeopleDeps,
  { machine, ref, now }: Subject,
  taskId: number,
  actOf: (seen: Sight) => ByHand | null,
): Promise<void> {
  const { world } = deps
  const headers = await signedIn(world, machine, 'operator', by)
  if (headers === null) return
  const before = await sightOf(world, taskId)
  const act = actOf(before)
  if (act === null) return
  const page = await ask(world, machine, { method: 'GET', path: `/api/tasks/${taskId}`, headers })
  const shown = (page?.said as Shown | undefined)?.can?.[act.name] ?? null
  const byPage = () => ask(world, machine, { ...act.wish, headers })
  let typed: Printed | null = null
  let told: Told | null
  if (world.chance.split(`by hand ${ref} ${now}`).happens(0.5)) {
    typed = await type(deps, machine, act.words)
    if (typed.exit === 0) return
    told = await byPage()
  } else {
    told = await byPage()
    if (told !== null && told.status >= 400 && told.status < 500)
      typed = await type(deps, machine, act.words)
  }
  const after = await sightOf(world, taskId)
  const atOnce = before.fired === after.fired
  const came = act.came(before, after)
  actedIn(world).acts.push({ what: act.name, taskId, shown, told, typed, came, atOnce })
}

/** What somebody saw of a task on the page, and what stood in its row and at the terminal in that moment. */
export interface Seen {
  readonly taskId: number
  readonly told: Told
  readonly row: Sight
  readonly typed: Printed
}

export const seenIn = partOf<World, { seen: Seen[] }>(() => ({ seen: [] }))

/** Somebody who may look looks at a task, and somebody else types `midwatch show`. */
export async function lookBothWays(
  deps: PeopleDeps,
  { machine }: Subject,
  taskId: number,
): Promise<void> {
  const { world } = deps
  const headers = await signedIn(world, machine, 'viewer', 'vic')
  if (headers === null) return
  const before = await sightOf(world, taskId)
  const path = `/api/tasks/${taskId}`
  const told = await ask(world, machine, { method: 'GET', path, headers })
  const typed = await type(deps, machine, ['show', String(taskId)])
  const row = await sightOf(world, taskId)
  if (told !== null && before.fired === row.fired)
    seenIn(world).seen.push({ taskId, told, row, typed })
}
