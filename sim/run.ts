// Runs one plan: builds the world, lets it go on under its faults, then in calm until all is done, and judges. Answers what
// was seen; equal plans give equal answers, whatever the machine.

import type { Store } from '../src/drivers/store/contract.ts'
import { isBudgetLane } from '../src/model/budget.ts'
import { chanceOf } from './chance.ts'
import { Time } from './clock.ts'
import type { Bench, Rows } from './checkers/contract.ts'
import { checkers } from './checkers/all.ts'
import { unresolved } from './checkers/recovery.ts'
import { Journal, type Violation } from './checkers/journal.ts'
import { openWorldStore } from './database.ts'
import { ConfigFile, fleetConfig, restful } from './config.ts'
import { type DaemonKeeper, keepDaemons, type KeeperDeps, tellAll } from './daemons.ts'
import { inflictAll } from './faults/inflict.ts'
import { answersEveryMs, type Bound, livenessBound } from './liveness.ts'
import { hashOf, readRows } from './last-rows.ts'
import { Machine } from './machine.ts'
import { act, answerAll, asPerson } from './people.ts'
import type { Plan } from './plan.ts'
import type { PlannedTask } from './planned.ts'
import { printingIn } from './printing.ts'
import { beginProgram } from './programs/begin.ts'
import { furthestMs } from './server.ts'
import { houseFor } from './housekeeping.ts'
import { allWork } from './work.ts'
import { keepSupervised } from './supervised.ts'
import { Truth } from './truth.ts'
import { addTask } from './wanting.ts'
import { wellServed, type World } from './world.ts'

export interface RunReport {
  readonly plan: Plan
  readonly violations: readonly Violation[]
  readonly hash: string
  readonly bound: Bound
  /** From the calm to the last settlement, in ms; null when something was left. */
  readonly calmedAfterMs: number | null
  readonly counts: ReadonlyMap<string, number>
  readonly journal: Journal
  readonly rows: Rows
  readonly store: Store
  readonly truth: Truth
  readonly timersFired: number
}

const lookEveryMs = 10 * 60_000

/** A world that was set up and is going on. */
export interface Setting {
  readonly plan: Plan
  readonly world: World
  readonly config: ConfigFile
  readonly keeper: DaemonKeeper
  /** What its daemons are kept with, for who wants rivals of them. */
  readonly keeping: KeeperDeps
  readonly journal: Journal
  readonly violations: Violation[]
  readonly bench: (law: string) => Bench
}

/** Runs the plan to its end. */
export async function runPlan(plan: Plan): Promise<RunReport> {
  const setting = setUp(plan, plan.config.supervised === true ? inEarnest : {})
  const { world, violations } = setting
  arrange(setting)
  await world.time.run(plan.calmMs, () => violations.length > 0)
  return await finish(setting)
}

/** Each host with its supervisor, its sentinel, and the pulses that this one looks at. */
const inEarnest: Otherwise = { keep: keepSupervised, options: () => ({ pulses: true }) }

/** Lets a world come to rest from its plan's calm on, and judges it whole. */
export async function finish(setting: Setting): Promise<RunReport> {
  const { plan, world, config, journal, violations } = setting
  config.write(restful(config.lastGood, plan.config))
  const bound = livenessBound(plan, config.lastGood, furthestMs(world), isLeft(setting))
  const calmedAfterMs = violations.length > 0 ? null : await calm(setting, bound)
  await look(setting)
  const rows = await readRows(world.store)
  if (violations.length === 0)
    for (const checker of checkers) checker.end?.(setting.bench(checker.law), rows)
  const hash = hashOf(world.store)
  return {
    plan,
    violations,
    hash,
    bound,
    calmedAfterMs,
    counts: world.truth.counts,
    journal,
    rows,
    store: world.store,
    truth: world.truth,
    timersFired: world.time.fired,
  }
}

/** Tells what of the planned work is not settled yet. */
const isLeft =
  ({ world, journal }: Setting) =>
  ({ ref }: PlannedTask): boolean =>
    journal.tasks.get(world.taskIds.get(ref) ?? 0)?.state !== 'settled'

/** What a scenario wants otherwise than every plan has it. */
export interface Otherwise extends Pick<KeeperDeps, 'parts' | 'options'> {
  /** Who keeps the daemons alive; a keeper of daemons alone where nobody is named. */
  readonly keep?: (deps: KeeperDeps) => DaemonKeeper
  /** Nobody looks now and then at what waits for a person. */
  readonly peopleAway?: boolean
}

/** Builds the plan's world; nothing goes on in it yet. */
export function setUp(plan: Plan, { keep = keepDaemons, parts, options }: Otherwise = {}): Setting {
  const { seed, hosts } = plan.options
  const chance = chanceOf(`${seed}/world`)
  const time = new Time(plan.startMs)
  const machines = Array.from(
    { length: hosts },
    (_, i) => new Machine(`h${i}`, time, chance.split(`machine ${i}`)),
  )
  const clock = {
    now: () => Math.floor(time.nowMs),
    monotonicMs: () => time.nowMs,
    sleep: async () => {},
  }
  const store = openWorldStore({ clock, random: chance.split('store') })
  const watchers: KeeperDeps['watchers'] = new Set()
  const poke = (host?: string) => void time.after(20, () => tellAll(watchers, host))
  const config = new ConfigFile(plan.options.fleet ?? fleetConfig(plan.config), () => time.nowMs)
  const world: World = {
    seed,
    time,
    chance,
    machines,
    store,
    config,
    services: wellServed(),
    truth: new Truth(),
    wants: allWork(plan, config.lastGood),
    taskIds: new Map(),
    poke,
  }
  printingIn(world).outputBytes = plan.config.outputBytes ?? null
  const journal = new Journal()
  const violations: Violation[] = []
  const accuse = (law: string, sentence: string, taskId: number | null) =>
    violations.push({ law, sentence, taskId, atMs: time.nowMs })
  const nthOf = counting()
  const keeping: KeeperDeps = {
    world,
    config,
    ...{ watchers, pages: plan.config.pages === true },
    sessions: (started) => beginProgram(world, started, nthOf),
    onFailure: (machine, where, error) =>
      accuse(
        'no assertion breaks and no error escapes',
        `${machine.name} ${where}: ${(error as Error)?.stack ?? String(error)}`,
        null,
      ),
    ...(parts && { parts }),
    options: (machine, life) => ({
      ...houseFor(plan.config, world, machine, life),
      ...options?.(machine, life),
    }),
  }
  const keeper = keep(keeping)
  const bench = (law: string): Bench => ({
    world,
    config,
    journal,
    accuse: (sentence, taskId = null) => accuse(law, sentence, taskId),
  })
  return { plan, world, config, keeper, keeping, journal, violations, bench }
}

/** Tells how often it was asked for the same before. */
function counting(): (ref: string) => number {
  const began = new Map<string, number>()
  return (ref) => {
    const nth = began.get(ref) ?? 0
    began.set(ref, nth + 1)
    return nth
  }
}

/** Puts everything that is planned onto the time. */
export function arrange(setting: Setting, { peopleAway = false }: Otherwise = {}): void {
  const { plan, world, config, keeper } = setting
  const { time } = world
  const people = { world, config, keeper }
  const failing = (error: unknown) =>
    void setting.violations.push({
      law: 'no assertion breaks and no error escapes',
      sentence: String((error as Error)?.stack ?? error),
      taskId: null,
      atMs: time.nowMs,
    })
  for (const machine of world.machines)
    time.after(machine.chance.whole(0, 5_000), () => keeper.start(machine))
  for (const task of plan.tasks)
    time.at(task.atMs, () => void asPerson(() => addTask(people, task)).catch(failing))
  for (const deed of plan.acts)
    time.at(deed.atMs, () => void asPerson(() => act(people, deed)).catch(failing))
  inflictAll({ world, keeper, config }, plan.faults)
  const answering = () => {
    void asPerson(async () => void (await answerAll(people))).catch(failing)
    time.after(answersEveryMs, answering)
  }
  if (!peopleAway) time.after(answersEveryMs, answering)
  const looking = () => {
    void look(setting).catch(failing)
    time.after(lookEveryMs, looking)
  }
  time.after(lookEveryMs, looking)
}

/** Lets the world go on in calm until everything is settled and no gate is shut; accuses what is left when the bound has passed. */
async function calm(setting: Setting, bound: Bound): Promise<number | null> {
  const { world, plan, journal, violations } = setting
  const { time } = world
  let untilMs = plan.calmMs + bound.ms
  let doneMs: number | null = null
  let wasSpent = false
  while (time.nowMs < untilMs && violations.length === 0) {
    await time.run(Math.min(untilMs, time.nowMs + lookEveryMs), () => violations.length > 0)
    await look(setting)
    // A person's own budget may be of months, and not enough for what is wanted; the house's own bound knows its days.
    const spent = plan.options.fleet === undefined ? [] : await spentBudgets(world.store)
    wasSpent ||= spent.length > 0
    // Money that comes after the bound need not be waited for: what else can be done is done within a day.
    if (spent.some(({ until }) => until !== null && until > untilMs))
      untilMs = Math.min(untilMs, plan.calmMs + 86_400_000)
    if (isAllSettled(journal)) {
      doneMs ??= time.nowMs
      if (!(await isReopened(world.store))) continue
      // A while more, for what has no right to live on.
      await time.run(time.nowMs + 30 * 60_000)
      return doneMs - plan.calmMs
    }
  }
  // What gates still are, the checkers judge from their rows.
  if (doneMs !== null && isAllSettled(journal)) return doneMs - plan.calmMs
  // Nor can it be done while no money is left for it.
  if (wasSpent) return null
  const { accuse } = setting.bench('everything that can be done is done')
  for (const task of journal.tasks.values())
    if (task.state !== 'settled')
      accuse(
        `task ${task.id} is still ${task.state} ${bound.sentence} after the last fault`,
        task.id,
      )
  for (const attempt of journal.attempts.values())
    if (attempt.state !== 'ended')
      accuse(`attempt ${attempt.id} is still ${attempt.state} after the bound`, attempt.taskId)
  return null
}

/** The budgets that are used up just now: why nothing more may be spent, and until when. */
export const spentBudgets = async (store: Store) =>
  (await store.gates()).flatMap((gate) =>
    gate.state === 'pinned' && isBudgetLane(gate.lane)
      ? [{ reason: gate.reason, until: gate.until }]
      : [],
  )

const isAllSettled = ({ tasks, attempts }: Journal): boolean =>
  [...tasks.values()].every((task) => task.state === 'settled') &&
  [...attempts.values()].every((one) => one.state === 'ended')

/** Whether no gate is shut any more, and no incident goes on without a person: all is well, or somebody's. */
async function isReopened(store: Store): Promise<boolean> {
  const gates = await store.gates()
  if (gates.some(({ state }) => state === 'shut')) return false
  return unresolved(await store.incidents({ openOnly: true, limit: 10_000 }), gates).length === 0
}

/** Takes in the facts that are new, and lets the checkers look. */
export async function look({ world, journal, bench }: Setting): Promise<void> {
  for (;;) {
    const page = await world.store.facts({ after: journal.lastFactId, limit: 1_000 })
    for (const fact of page) {
      for (const checker of checkers) checker.fact?.(bench(checker.law), fact)
      journal.fold(fact, world.time.nowMs)
    }
    if (page.length < 1_000) break
  }
  for (const checker of checkers) await checker.look?.(bench(checker.law))
}
