// People of the simulated fleet: they add what was planned, meddle at bad moments, and answer what they were asked, late.
// They act through the same verbs as the command line, as another process that does not die with any daemon.

import { present } from '../src/base/assert.ts'
import { OperatingError } from '../src/base/errors.ts'
import { commandAdapter } from '../src/drivers/agents/command.ts'
import { claudeAdapter } from '../src/drivers/agents/claude.ts'
import { offersOf } from '../src/fleet.ts'
import { enqueue, type Want } from '../src/lifecycle/intake/enqueue.ts'
import type { Fenced } from '../src/model/refusal.ts'
import { stuckTask } from '../src/model/task.ts'
import type { Chance } from './chance.ts'
import type { ConfigFile } from './config.ts'
import type { DaemonKeeper } from './daemons.ts'
import type { PlannedTask } from './workload.ts'
import type { World } from './world.ts'

export const deeds = [
  'cancel',
  'done',
  'fail',
  'again',
  'edit',
  'pin',
  'pin_for',
  'reset',
  'stop',
  'hold',
  'wait',
  'release',
  'prune',
] as const
export interface Act {
  readonly id: string
  readonly atMs: number
  readonly deed: (typeof deeds)[number]
  /** The wanted work it is about. */
  readonly ref: string
  readonly host: number
}

export interface PeopleShape {
  readonly fromMs: number
  readonly untilMs: number
  /** What is wanted, oldest first. */
  readonly tasks: readonly PlannedTask[]
  readonly hosts: number
  readonly actsPerDay: number
}

/** Plans what people do besides adding tasks. */
export function planPeople(chance: Chance, shape: PeopleShape): Act[] {
  const acts: Act[] = []
  if (shape.actsPerDay === 0) return acts
  const meanMs = 86_400_000 / shape.actsPerDay
  for (
    let at = shape.fromMs + chance.about(meanMs), i = 0;
    at < shape.untilMs;
    at += chance.about(meanMs), i++
  ) {
    const own = chance.split(`act ${i}`)
    // Mostly about what was wanted lately.
    const newest = shape.tasks.findLastIndex((task) => task.atMs <= at)
    const ref = shape.tasks[Math.max(0, newest - own.whole(0, 6))]?.ref ?? 'w0'
    acts.push({
      id: `act-${i}`,
      atMs: Math.floor(at),
      deed: own.pick(deeds),
      ref,
      host: own.whole(0, shape.hosts - 1),
    })
  }
  return acts
}

export interface PeopleDeps {
  readonly world: World
  readonly config: ConfigFile
  readonly keeper: DaemonKeeper
}

const by = 'ann'

/** Adds a planned task through the intake, as `midwatch add` does. */
export async function addTask(
  deps: PeopleDeps,
  planned: PlannedTask,
  againOf: number | null = null,
): Promise<void> {
  const { world, config } = deps
  const { config: current } = config.read()
  const offers = offersOf([commandAdapter, claudeAdapter], current)
  const clock = {
    now: () => Math.floor(world.time.nowMs),
    monotonicMs: () => world.time.nowMs,
    sleep: async () => {},
  }
  const { task, deduped } = await enqueue(
    { store: world.store, clock, config: current, offers, folder: async () => 'ok' },
    wantOf(world, planned, againOf),
  )
  world.taskIds.set(planned.ref, task.id)
  world.truth.count(deduped ? 'add deduped' : 'add')
  world.poke()
}

function wantOf(world: World, planned: PlannedTask, againOf: number | null): Want {
  const mark = `[[${planned.ref}]]`
  const blocker = planned.after === null ? undefined : world.taskIds.get(planned.after)
  const after = blocker === undefined ? [] : [blocker]
  return {
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
}

/** Does one planned act. What the house refuses is told to the person, who leaves it at that. */
export async function act(deps: PeopleDeps, { deed, ref, host }: Act): Promise<void> {
  const { world } = deps
  const { store } = world
  const taskId = world.taskIds.get(ref)
  const now = Math.floor(world.time.nowMs)
  const machine = present(world.machines[host], 'an act is about a machine that is there')
  world.truth.count(`deed ${deed}`)
  if (deed === 'stop') return deps.keeper.stop(machine, 30_000)
  if (deed === 'prune')
    return void (await store.prune({ before: now - 30 * 86_400_000, limit: 50, now }))
  const lane = `host:${machine.name}`
  if (deed === 'pin') await store.pin({ lane, by, reason: 'a look at it', until: null, now })
  if (deed === 'pin_for')
    await store.pin({ lane: 'fleet', by, reason: 'lunch', until: now + 1_800_000, now })
  if (deed === 'reset') await store.resetGate({ lane, by, reason: 'looked at', now })
  if (taskId !== undefined) await actOnTask(deps, deed, ref, taskId, now)
  world.poke()
}

async function actOnTask(
  deps: PeopleDeps,
  deed: Act['deed'],
  ref: string,
  taskId: number,
  now: number,
): Promise<void> {
  const { store } = deps.world
  const settled = { taskId, by, reason: `${by} decided`, now }
  const told = tellOf(deps.world)
  if (deed === 'cancel') told(await store.settleByHand({ ...settled, outcome: 'cancelled' }))
  if (deed === 'done') told(await store.settleByHand({ ...settled, outcome: 'done' }))
  if (deed === 'fail') told(await store.settleByHand({ ...settled, outcome: 'failed' }))
  if (deed === 'edit') told(await store.edit({ taskId, priority: 5, by, now }))
  if (deed === 'hold')
    told(
      await store.hold({
        taskId,
        release: { kind: 'time', until: now + 600_000, why: 'not_before' },
        now,
      }),
    )
  if (deed === 'wait') await waitAround(deps, ref, taskId, now)
  // A number from an old page: the hold is long released, or never was.
  if (deed === 'release') told(await store.release({ holdId: 1_000_000 + taskId, by, now }))
  if (deed !== 'again') return
  const task = await store.task(taskId)
  const planned = deps.world.wants.get(ref)
  if (task?.state === 'settled' && planned !== undefined)
    await addTask(deps, { ...planned, after: null, notBeforeMs: null }, taskId)
}

/** Lets a task wait for one that waits for it, where there is a pair, else for the one before it. */
async function waitAround({ world }: PeopleDeps, ref: string, taskId: number, now: number) {
  const { store, wants, taskIds } = world
  const put = async (id: number, other: number) => {
    const release = { kind: 'after' as const, taskId: other, any: true, needsPerson: false }
    tellOf(world)(await store.hold({ taskId: id, release, now }))
  }
  for (const { ref: follower, after } of wants.values()) {
    const blocker = after === null ? undefined : taskIds.get(after)
    const waiting = taskIds.get(follower)
    if (blocker === undefined || waiting === undefined) continue
    const states = [(await store.task(blocker))?.state, (await store.task(waiting))?.state]
    if (states[1] === 'held' && (states[0] === 'ready' || states[0] === 'held'))
      return await put(blocker, waiting)
  }
  const before = taskIds.get(ref.replace(/\d+$/, (n) => String(Number(n) - 1)))
  if (before !== undefined) await put(taskId, before)
}

/** Keeps count of what people are refused. */
const tellOf =
  (world: World) =>
  (answer: Fenced): void => {
    if (!answer.ok) world.truth.count(`person refused ${answer.refusal.code}`)
  }

/** A person comes by and answers everything that waits for one. Answers how much there was. */
export async function answerAll(deps: PeopleDeps): Promise<number> {
  const { world } = deps
  const { store } = world
  const now = Math.floor(world.time.nowMs)
  let answered = 0
  for (const gate of await store.gates()) {
    if (gate.state !== 'pinned') continue
    await store.resetGate({ lane: gate.lane, by, reason: 'answered', now })
    answered += 1
  }
  const { tasks } = await store.tasks({ states: ['held'], limit: 10_000 })
  for (const { id } of tasks) {
    const task = present(await store.task(id), 'a listed task is there')
    for (const hold of await store.holdsOf(id, true)) {
      const { release } = hold
      if (release.kind === 'time' || (release.kind === 'after' && !release.needsPerson)) continue
      answered += 1
      if (
        task.demand.agent === 'nobody' ||
        task.order.verify?.startsWith('never') ||
        task.order.once
      )
        await store.settleByHand({
          taskId: task.id,
          outcome: 'cancelled',
          by,
          reason: 'not worth it',
          now,
        })
      else await store.release({ holdId: hold.id, by, now })
    }
  }
  for (const { key } of await store.incidents({ openOnly: true, limit: 500 })) {
    const taskId = stuckTask(key)
    if (taskId !== null && !isGood(world, taskId)) {
      // It was told again and again that nothing comes of it.
      await store.settleByHand({ taskId, outcome: 'cancelled', by, reason: 'it is stuck', now })
      answered += 1
    }
    await store.resolveIncident({ key, by, now })
  }
  world.truth.count('answers', answered)
  if (answered > 0) world.poke()
  return answered
}

/** Whether the work comes to a good end when nothing disturbs it. */
const isGood = ({ wants, taskIds }: World, taskId: number): boolean =>
  [...wants.values()].some(({ ref, nature }) => nature === 'good' && taskIds.get(ref) === taskId)

/** People are told no at times; that ends their act, and nothing else. */
export async function asPerson(what: () => Promise<void>): Promise<void> {
  try {
    await what()
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
  }
}

export const actsOf = (chance: Chance, shape: PeopleShape): Act[] =>
  planPeople(chance.split('people'), shape)
