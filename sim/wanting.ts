// How planned work becomes tasks: through the real intake, as `midwatch add` does it.

import { commandAdapter } from '../src/drivers/agents/command.ts'
import { claudeAdapter } from '../src/drivers/agents/claude.ts'
import { offersOf } from '../src/fleet.ts'
import { enqueue, type Want } from '../src/lifecycle/intake/enqueue.ts'
import { by, type PeopleDeps } from './deeds/contract.ts'
import { traits } from './traits/all.ts'
import { partOf } from './part.ts'
import type { PlannedTask } from './planned.ts'
import { dateIn } from './server.ts'
import type { Clock } from '../src/base/clock.ts'
import type { Task } from '../src/model/task.ts'
import type { World } from './world.ts'

/** A want that was taken: what was asked for, and the task it was answered with. */
export interface Taken {
  readonly want: Want
  readonly task: Task
  readonly deduped: boolean
  /** The date of whoever wanted it. */
  readonly at: number
}

/** What people and sessions wanted and were answered with, by the id of the task. */
export const takenIn = partOf<World, Map<number, Taken>>(() => new Map())

/** What was wanted, by the task that was made of it. */
export const wantedAs = partOf<World, Map<number, PlannedTask>>(() => new Map())

/** Adds a planned task through the intake, as `midwatch add` does. */
export async function addTask(
  deps: PeopleDeps,
  planned: PlannedTask,
  againOf: number | null = null,
): Promise<void> {
  const { world } = deps
  const clock = {
    now: () => dateIn(world),
    monotonicMs: () => world.time.nowMs,
    sleep: async () => {},
  }
  const wanted = wantOf(world, planned, againOf)
  const { deduped } = await take(world, clock, planned, wanted)
  world.truth.count(deduped ? 'add deduped' : 'add')
}

/** Takes what is wanted of planned work, as every command that wants something does, and writes down what was answered. */
export async function take(
  world: World,
  clock: Clock,
  planned: PlannedTask,
  wanted: Want,
): Promise<{ task: Task; deduped: boolean }> {
  const { config: current } = world.config.read()
  const offers = offersOf([commandAdapter, claudeAdapter], current)
  const known = (current.windows ?? []).map(({ name }) => name)
  const want = { ...wanted, calm: known.find((name) => name === wanted.calm) ?? null }
  const { task, deduped } = await enqueue(
    { store: world.store, clock, config: current, offers, folder: async () => 'ok' },
    want,
  )
  if (!deduped) takenIn(world).set(task.id, { want, task, deduped, at: clock.now() })
  world.taskIds.set(planned.ref, task.id)
  if (!deduped) wantedAs(world).set(task.id, planned)
  world.poke()
  return { task, deduped }
}

/** What is wanted of it, in a person's name. */
export function wantOf(world: World, planned: PlannedTask, againOf: number | null = null): Want {
  const mark = `[[${planned.ref}]]`
  const blocker = planned.after === null ? undefined : world.taskIds.get(planned.after)
  const after = blocker === undefined ? [] : [blocker]
  const want: Want = {
    title: `${planned.nature} ${planned.ref}`,
    run: planned.kind === 'command' ? `sim ${mark}` : null,
    prompt: planned.kind === 'prompt' ? `Do ${mark} well.` : null,
    agent: planned.unserved ? 'nobody' : null,
    tier: null,
    role: null,
    labels: [],
    priority: planned.priority,
    notBefore: planned.notBeforeMs,
    after: planned.afterAny ? [] : after,
    afterAny: planned.afterAny ? after : [],
    key: planned.key === null || againOf !== null ? null : { key: planned.key, scope: 'open' },
    verify:
      planned.verify === 'none'
        ? null
        : planned.verify === 'honest'
          ? `check ${mark}`
          : `never ${mark}`,
    cwd: '/work',
    timeoutMs: planned.timeoutMs,
    attempts: planned.attempts,
    once: planned.once,
    anyway: true,
    againOf,
    by,
  }
  return traits.reduce((made, { name, want: shape }) => {
    const drawn = planned.traits[name]
    return drawn === undefined || shape === undefined ? made : shape(made, drawn, world)
  }, want)
}
