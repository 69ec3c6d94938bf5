// What people want of the simulated fleet: tasks of many natures, at seeded times. A task's nature is its own, drawn from
// its reference alone, so that leaving out another task changes nothing of it.

import type { Chance } from './chance.ts'
import { traits } from './traits/all.ts'

/** What a task's work comes to when nothing from outside disturbs it. */
export const natures = {
  good: 70,
  /** Fails by its own fault the first time, then succeeds. */
  flaky: 8,
  /** Always fails by its own fault. */
  bad: 4,
  /** Never ends by itself. */
  endless: 2,
  /** Ends with exit 0 and nothing done (a client without a result). */
  hollow: 2,
  too_large: 2,
  refused: 2,
  max_turns: 2,
  /** Dies of a signal of its own making. */
  crashes: 2,
} as const
export type Nature = keyof typeof natures

/** What the session says about its task, and when. */
export const words = {
  none: 50,
  done: 16,
  /** Says done and then works on for a while. */
  early: 8,
  twice: 6,
  /** Says done and is then killed. */
  done_then_dies: 8,
  fail: 4,
  fail_then_done: 4,
  garbage: 4,
} as const
export type WordHabit = keyof typeof words

export interface PlannedTask {
  readonly ref: string
  readonly atMs: number
  readonly kind: 'command' | 'prompt'
  readonly nature: Nature
  readonly says: WordHabit
  readonly workMs: number
  readonly timeoutMs: number | null
  readonly attempts: number | null
  readonly verify: 'none' | 'honest' | 'never'
  readonly once: boolean
  readonly after: string | null
  readonly afterAny: boolean
  readonly notBeforeMs: number | null
  readonly key: string | null
  readonly priority: number
  readonly leavesChildren: boolean
  readonly deaf: boolean
  readonly progress: number
  /** Asks for an agent that nobody configured; held for a person. */
  readonly unserved: boolean
  /** What was drawn for each trait it has, by name. */
  readonly traits: Readonly<Record<string, unknown>>
}

export interface WorkloadShape {
  readonly tasks: number
  readonly fromMs: number
  readonly untilMs: number
  readonly meanWorkMs: number
}

/** Plans the wants of a world, oldest first. */
export function planWorkload(chance: Chance, shape: WorkloadShape): PlannedTask[] {
  const spanMs = shape.untilMs - shape.fromMs
  const tasks = Array.from({ length: shape.tasks }, (_, i) => {
    const own = chance.split(`task ${i}`)
    return planTask(own, i, shape.fromMs + Math.floor(own.next() * spanMs), shape.meanWorkMs)
  })
  return tasks.sort((a, b) => a.atMs - b.atMs)
}

function planTask(chance: Chance, i: number, atMs: number, meanWorkMs: number): PlannedTask {
  const kind = chance.happens(0.3) ? 'command' : 'prompt'
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
