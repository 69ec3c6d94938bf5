// The language of the scenarios that are played in the simulated world: given a fleet and wanted work, when this happens,
// then that is seen. After the last step the world comes to rest, and every law of the simulator is judged as well.

import { expect, test } from 'vitest'

import { present } from '../../../src/base/assert.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import type { FactBody, FactKind } from '../../../src/model/fact.ts'
import type { FleetConfig } from '../../../src/model/config.ts'
import type { Limits } from '../../../src/model/limits.ts'
import type { Task } from '../../../src/model/task.ts'
import type { TaskState } from '../../../src/model/transitions.ts'
import type { Machine } from '../../../sim/machine.ts'
import { fleetConfig } from '../../../sim/config.ts'
import { type Options, type Plan, planOf } from '../../../sim/plan.ts'
import {
  arrange,
  finish,
  look,
  type Otherwise,
  type RunReport,
  type Setting,
  setUp,
} from '../../../sim/run.ts'
import type { SessionTruth } from '../../../sim/truth.ts'
import type { PlannedTask } from '../../../sim/planned.ts'

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute

export interface FleetWords {
  readonly hosts?: number
  readonly agents?: number
  readonly hostSlots?: number
  readonly agentSlots?: number
  readonly limits?: Partial<Limits>
  readonly seed?: string
  /** Changes the configuration before anything begins. */
  readonly configured?: (config: FleetConfig) => FleetConfig
}

/** Wanted work, before the world begins. */
export interface Given {
  readonly fleet?: FleetWords
  readonly work?: PlannedTask
}

export const fleet = (words: FleetWords): Given => ({ fleet: words })

/** Work that goes well within ten minutes, as far as nothing else is said. References are `w` and a number. */
export const work = (ref: string, more: Partial<PlannedTask> = {}): Given => ({
  work: {
    ref,
    atMs: 0,
    kind: 'prompt',
    nature: 'good',
    says: 'none',
    workMs: 10 * minute,
    timeoutMs: null,
    attempts: null,
    verify: 'none',
    once: false,
    after: null,
    afterAny: false,
    notBeforeMs: null,
    key: null,
    priority: 0,
    leavesChildren: false,
    deaf: false,
    progress: 0,
    unserved: false,
    traits: {},
    ...more,
  },
})

export type Step = (town: Town) => void | Promise<void>

/** A world in which a scenario is played. */
export class Town {
  readonly setting: Setting
  report: RunReport | null = null

  constructor(setting: Setting) {
    this.setting = setting
  }

  get world() {
    return this.setting.world
  }

  machine(host: number): Machine {
    return present(this.world.machines[host], `the scenario has a host ${host}`)
  }

  taskId(ref: string): number {
    return present(this.world.taskIds.get(ref), `work ${ref} was added`)
  }

  async task(ref: string): Promise<Task> {
    return present(await this.world.store.task(this.taskId(ref)), `work ${ref} is a task`)
  }

  attempts(ref: string): Promise<readonly Attempt[]> {
    return this.world.store.attemptsOf(this.taskId(ref))
  }

  /** The programs that were really executed for this work, in their order. */
  sessions(ref: string): readonly SessionTruth[] {
    const all = [...this.world.truth.sessions.values()].flat()
    return all.filter((session) => session.ref === ref)
  }

  /** Facts of this kind, of one task or of all. */
  async facts<K extends FactKind>(
    kind: K,
    ref?: string,
  ): Promise<readonly Extract<FactBody, { kind: K }>[]> {
    const of = ref === undefined ? {} : { taskId: this.taskId(ref) }
    const facts = await this.world.store.facts({ ...of, kinds: [kind], limit: 1_000 })
    return facts.map((fact) => fact.body as Extract<FactBody, { kind: K }>)
  }

  async goOn(ms: number): Promise<void> {
    await this.world.time.run(this.world.time.nowMs + ms)
    await look(this.setting)
  }

  /** Goes on until this is seen, looking `everyMs`; throws after a simulated day. */
  async until(what: string, seen: (town: Town) => boolean | Promise<boolean>, everyMs = second) {
    const untilMs = this.world.time.nowMs + 24 * hour
    while (!(await seen(this))) {
      if (this.world.time.nowMs > untilMs) throw new Error(`it never came to this: ${what}`)
      await this.goOn(everyMs)
    }
  }
}

/** Begins to tell a scenario; its title is the fact that it proves. */
export function scenario(
  title: string,
  givens: readonly Given[] = [],
  steps: readonly Step[] = [],
) {
  return {
    given: (...more: readonly Given[]) => scenario(title, [...givens, ...more], steps),
    when: (...more: readonly Step[]) => scenario(title, givens, [...steps, ...more]),
    /** Judges what is seen once all is at rest. Ends the telling: the scenario is now a test. */
    seen: (judge: Step, withinMs = 60_000) =>
      test(title, () => play(givens, steps, judge), withinMs),
  }
}

/** Sets a town up and lets it begin: for who goes through it step by step. */
export function townOf(givens: readonly Given[], otherwise: Otherwise = {}): Town {
  const town = new Town(setUp(planGiven(givens), otherwise))
  arrange(town.setting, otherwise)
  return town
}

/** Plays a scenario once. */
export async function play(
  givens: readonly Given[],
  steps: readonly Step[],
  judge: Step,
): Promise<Town> {
  const town = townOf(givens)
  for (const step of steps) await step(town)
  const { setting } = town
  const calm = { ...setting.plan, calmMs: setting.world.time.nowMs }
  town.report = await finish({ ...setting, plan: calm })
  expect(town.report.violations).toEqual([])
  await judge(town)
  return town
}

function planGiven(givens: readonly Given[]): Plan {
  const words = Object.assign({}, ...givens.map((given) => given.fleet)) as FleetWords
  const { hosts = 1, agents = 3, seed = 'scenario', hostSlots, agentSlots, limits } = words
  const config = {
    ...(hostSlots !== undefined && { hostSlots }),
    ...(agentSlots !== undefined && { agentSlots }),
    ...(limits !== undefined && { limits }),
  }
  const options: Options = {
    seed,
    days: 1,
    hosts,
    agents,
    tasks: 0,
    faults: 'none',
    config,
    unscheduled: true,
    pages: false,
  }
  const shape = planOf(options)
  const its = words.configured?.(fleetConfig(shape.config))
  const plan = its === undefined ? shape : { ...shape, options: { ...shape.options, fleet: its } }
  const tasks = givens.flatMap(({ work: one }) =>
    one === undefined ? [] : [{ ...one, atMs: plan.startMs + minute + one.atMs }],
  )
  return { ...plan, tasks }
}

// What may happen.

export const timeGoesOn =
  (ms: number): Step =>
  (town) =>
    town.goOn(ms)

/** Time goes on until a program of this work really runs. */
export const runs =
  (ref: string): Step =>
  (town) =>
    town.until(`a session of ${ref} runs`, async () =>
      town.sessions(ref).some((session) => session.endedMs === null),
    )

/** Time goes on until no program of this work runs any more. */
export const isOver =
  (ref: string): Step =>
  (town) =>
    town.until(`no session of ${ref} runs`, async () =>
      town.sessions(ref).every((session) => session.endedMs !== null),
    )

export const isTaken = (ref: string): Step => isState(ref, 'taken')
export const isSettled = (ref: string): Step => isState(ref, 'settled')

const isState =
  (ref: string, state: TaskState): Step =>
  (town) =>
    town.until(`${ref} is ${state}`, async () => {
      const id = town.world.taskIds.get(ref)
      return id !== undefined && (await town.world.store.task(id))?.state === state
    })

/** The daemon dies here and now; its init system starts another one within seconds. */
export const daemonDies =
  (host = 0): Step =>
  (town) =>
    town.setting.keeper.life(town.machine(host))?.end()

/** A person stops the daemon; it is started again after `downMs`. Its sessions go on. */
export const daemonIsStopped =
  (downMs: number, host = 0): Step =>
  (town) =>
    town.setting.keeper.stop(town.machine(host), downMs)

export const clockSteps =
  (byMs: number, host = 0): Step =>
  (town) => {
    town.machine(host).timeline.step(byMs)
  }

/** The machine sleeps, lid closed: nothing on it goes on. */
export const hostSleeps =
  (ms: number, host = 0): Step =>
  async (town) => {
    const { timeline } = town.machine(host)
    const life = town.setting.keeper.life(town.machine(host))
    timeline.suspend()
    life?.hang(town.world.time.nowMs)
    await town.goOn(ms)
    timeline.resume()
    life?.wake(town.world.time.nowMs)
  }

/** Something ails a machine from now on, or no longer. */
export const ails =
  (what: Partial<Machine['ails']>, host = 0): Step =>
  (town) =>
    void Object.assign(town.machine(host).ails, what)

/** The power goes off for a while: what ran is gone, and the machine comes back with a new boot. */
export const powerFails =
  (ms: number, host = 0): Step =>
  async (town) => {
    const machine = town.machine(host)
    const { keeper } = town.setting
    const lives = keeper.lives(machine)
    machine.crash()
    for (const life of lives) life.end()
    await town.goOn(ms)
    machine.boot()
    keeper.start(machine)
  }

/** Something ails the services behind the clients from now on, or no longer. */
export const serves =
  (what: Partial<Setting['world']['services']>): Step =>
  ({ world }) =>
    void Object.assign(world.services, what)
