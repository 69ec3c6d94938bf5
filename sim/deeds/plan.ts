// What people do besides adding tasks, planned from the seed, mostly about what was wanted lately.

import type { Chance } from '../chance.ts'
import type { PlannedTask } from '../planned.ts'
import { deeds } from './all.ts'
import type { Act, Deed } from './contract.ts'

export interface PeopleShape {
  readonly fromMs: number
  readonly untilMs: number
  /** What is wanted, oldest first. */
  readonly tasks: readonly PlannedTask[]
  readonly hosts: number
  readonly actsPerDay: number
}

/** Plans the acts of a world, oldest first, each one of those that are named. */
export function planActs(
  chance: Chance,
  shape: PeopleShape,
  among: readonly Deed[] = deeds,
): Act[] {
  if (shape.actsPerDay === 0) return []
  const meanMs = 86_400_000 / shape.actsPerDay
  const acts: Act[] = []
  let newest = -1
  for (
    let atMs = shape.fromMs + chance.about(meanMs), i = 0;
    atMs < shape.untilMs;
    atMs += chance.about(meanMs), i++
  ) {
    const own = chance.split(`act ${i}`)
    while ((shape.tasks[newest + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) newest += 1
    const ref = shape.tasks[Math.max(0, newest - own.whole(0, 6))]?.ref ?? 'w0'
    const deed = own.pick(among).name
    acts.push({
      id: `${among === deeds ? 'act' : 'visit'}-${i}`,
      atMs: Math.floor(atMs),
      deed,
      ref,
      host: own.whole(0, shape.hosts - 1),
    })
  }
  return acts
}
