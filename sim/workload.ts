// What people want of the simulated fleet: tasks of many natures, at seeded times. A task's nature is its own, drawn from
// its reference alone, so that leaving out another task changes nothing of it.

import type { Chance } from './chance.ts'
import { natures, type PlannedTask, words } from './planned.ts'
import { traits } from './traits/all.ts'

export interface WorkloadShape {
  readonly tasks: number
  readonly fromMs: number
  readonly untilMs: number
  readonly meanWorkMs: number
  /** How much of the work is a shell's. */
  readonly commandShare: number
}

/** Plans the wants of a world, oldest first. */
export function planWorkload(chance: Chance, shape: WorkloadShape): PlannedTask[] {
  const spanMs = shape.untilMs - shape.fromMs
  const tasks = Array.from({ length: shape.tasks }, (_, i) => {
    const own = chance.split(`task ${i}`)
    return planTask(own, i, shape.fromMs + Math.floor(own.next() * spanMs), shape)
  })
  return tasks.sort((a, b) => a.atMs - b.atMs)
}

function planTask(
  chance: Chance,
  i: number,
  atMs: number,
  { meanWorkMs, commandShare }: WorkloadShape,
): PlannedTask {
  const kind = chance.happens(commandShare) ? 'command' : 'prompt'
  const nature = chance.weighed(natures)
  const workMs = Math.max(2_000, Math.round(chance.about(meanWorkMs)))
  return {
    ref: `w${i}`,
    atMs,
    kind,
    nature,
    workMs,
    says: chance.weighed(words),
    timeoutMs:
      nature === 'endless' || chance.happens(0.05)
        ? Math.round(600_000 + chance.next() * 1_200_000)
        : null,
    attempts: chance.happens(0.2) ? chance.whole(1, 4) : null,
    verify: chance.weighed({ none: 75, honest: 20, never: 5 }),
    once: chance.happens(0.04),
    after: i > 0 && chance.happens(0.12) ? `w${chance.whole(Math.max(0, i - 20), i - 1)}` : null,
    afterAny: chance.happens(0.3),
    notBeforeMs: chance.happens(0.08) ? atMs + Math.round(chance.about(3 * 3_600_000)) : null,
    key: chance.happens(0.1) ? `key ${chance.whole(1, 8)}` : null,
    priority: chance.happens(0.2) ? chance.whole(-20, 20) : 0,
    leavesChildren: chance.happens(0.08),
    deaf: chance.happens(0.06),
    progress: chance.whole(0, 3),
    unserved: chance.happens(0.02),
    traits: Object.fromEntries(
      traits
        .map(({ name, draw }) => [name, draw(chance.split(`trait ${name}`), atMs)] as const)
        .filter(([, drawn]) => drawn !== undefined),
    ),
  }
}
