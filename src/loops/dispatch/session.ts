// One attempt, from its claim to its settled or returned task, as a list of verbs. Each stage ends by a commit, so a
// crash anywhere is a pause: the next daemon attends the same attempt and goes on from what the store and the host say.

import { present } from '../../base/assert.ts'
import type { Clock } from '../../base/clock.ts'
import type {
  AgentAdapter,
  AgentSettings,
  Ending,
  FlagBook,
  GoodSettings,
  StreamReader,
} from '../../drivers/agents/contract.ts'
import type { Credentials } from '../../drivers/credentials/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Confinement, Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import { confirm, takenBack, vanished } from '../../lifecycle/launch/confirm.ts'
import { fallBack } from '../../lifecycle/launch/fallback.ts'
import { noteLeftOut, pinOnFlags } from '../../lifecycle/launch/flags.ts'
import {
  answerLines,
  type FleetPlaces,
  planSession,
  workOrder,
} from '../../lifecycle/launch/plan.ts'
import { launchFailed } from '../../lifecycle/launch/preflight.ts'
import { notesOf } from '../../lifecycle/launch/notes.ts'
import { preparePlace } from '../../lifecycle/launch/place.ts'
import { start } from '../../lifecycle/launch/start.ts'
import type { BudgetRules } from '../../lifecycle/settle/budget.ts'
import {
  endAttempt,
  finishAttempt,
  judgedReview,
  type SettleDeps,
  settleAfter,
} from '../../lifecycle/settle/settle.ts'
import { discreet } from '../../lifecycle/watch/discreet.ts'
import { follow } from '../../lifecycle/watch/follow.ts'
import { onFullDisk } from '../../lifecycle/watch/full-disk.ts'
import { boundReached } from '../../lifecycle/watch/outside.ts'
import type { PulseLimits } from '../../lifecycle/watch/pulse.ts'
import { createSpool, type Spool, whenThere } from '../../lifecycle/watch/spool.ts'
import type { Heard } from '../../lifecycle/watch/vitals.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Hold } from '../../model/hold.ts'
import type { Limits } from '../../model/limits.ts'
import { isLight, type Task } from '../../model/task.ts'
import type { WorkspaceKind } from '../../model/workspace.ts'
import { type Beside, launchedBeside } from './beside.ts'
import { checkAttended } from './checking.ts'
import { workplaceOf } from './workplace.ts'

export interface SessionDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: Host
  readonly workspaces: Workspaces
  /** Where the agent's sessions work unless the task says otherwise. */
  readonly workspace: WorkspaceKind
  readonly launcher: Launcher
  /** Who starts its sessions and what they may see; absent for plain processes. */
  readonly confinement?: Confinement
  readonly adapter: AgentAdapter
  readonly settings: AgentSettings
  readonly limits: Limits
  readonly limitMs: number
  readonly pulse: PulseLimits
  readonly rules: Omit<BudgetRules, 'attemptsMax' | 'failover'>
  readonly failover?: (attempt: Attempt) => Promise<boolean>
  readonly credentials?: Credentials
  readonly good?: GoodSettings
  readonly cwdOf: SettleDeps['cwdOf']
  readonly places: FleetPlaces
  readonly flags: FlagBook
  /** Brings the gates up to the newest fact. */
  readonly fold: () => Promise<void>
}

/** What is known only to the daemon that has just claimed it: the token's secret, and what was answered before. */
export interface Fresh {
  readonly secret: string
  readonly answers: readonly Hold[]
}

export interface Attended {
  readonly attempt: Attempt
  /** Without the texts of a long order: a session may run for hours, and prompts have megabytes. */
  readonly task: Task
  /** Null after a restart. */
  readonly fresh: Fresh | null
  readonly asked: () => { reason: string; by: string } | null
  readonly heard: () => Heard
}

/** Attends one attempt until its task is settled or given back, or until `signal` aborts (the session goes on). */
export async function attend(open: SessionDeps, one: Attended, signal: AbortSignal): Promise<void> {
  const { deps, hide } = await discreet(open)
  const reader = deps.adapter.reader()
  const { clock, limits } = deps
  const spool = createSpool({ store: deps.store, clock, pollMs: limits.pollMs })
  const beside = launchedBeside(spool)
  const over = await begin({ ...deps, ...beside }, one, signal)
  const known = { ...one, attempt: beside.known(one.attempt) }
  const unproven = over ?? (await prove({ ...deps, ...beside }, known, spool, signal))
  const seenEnd =
    unproven === null
      ? await watch(deps, known, reader, spool, signal)
      : { verdict: unproven, asked: null }
  if (seenEnd === null) return
  const { task, attempt } = one
  const asked = isPlain(task, seenEnd.verdict) ? seenEnd.asked : null
  const ended = asked === null ? await askedNow(seenEnd) : seenEnd.verdict
  const checking = {
    ...deps,
    checkMs: deps.limits.checkMs,
    pollMs: deps.limits.pollMs,
    fleetDir: deps.places.fleetDir,
    cwd: await deps.cwdOf(task, attempt),
  }
  const checked = hide(await checkAttended(checking, task, attempt, hide(ended), signal))
  if (checked.check === 'left') return
  const stopped = checked.check === 'stopped'
  const result = stopped ? { check: 'none' as const } : checked
  const seen = hide(stopped ? { ...ended, ...stoppedInCheck } : ended)
  // Why it was stopped is known here alone: while the database is away, its ending waits for it.
  const waiting = { clock: deps.clock, pollMs: deps.limits.pollMs }
  const judged = await whenThere(waiting, signal, () => judgedReview(deps, task, seen))
  const { usage } = reader.summary()
  const finished = await whenThere(waiting, signal, () =>
    finishAttempt(deps, task, attempt, judged, result, usage, asked !== null),
  )
  if (finished?.settled !== true) {
    const newest = finished === null && asked !== null ? await asked() : judged
    const verdict =
      finished?.verdict ??
      (await whenThere(waiting, signal, () => endAttempt(deps, attempt, newest, result, usage)))
    if (verdict.class !== 'success') await deps.fold() // who pays is judged by gates that know of this ending
    await settleAfter(deps, task, attempt, verdict, result)
  }
  deps.launcher.forget(refOf(attempt))
}

/** How a session ended, as far as is known. */
interface SeenEnd {
  readonly verdict: Verdict
  /** Whether its stop was wished for is not asked yet: the verdict with that. */
  readonly asked: (() => Promise<Verdict>) | null
}

const askedNow = ({ verdict, asked }: SeenEnd): Promise<Verdict> | Verdict =>
  asked === null ? verdict : asked()

/** Whether nobody judges this ending but the store, which finds a wish to stop by itself. */
const isPlain = ({ order }: Task, { class: name }: Verdict): boolean =>
  name === 'success' && order.verify === null && order.review !== true && !order.reviewOf

const stoppedInCheck = {
  class: 'interrupted',
  blame: 'operator',
  evidence: 'it was stopped while its check ran',
} as const

const refOf = ({ id, nonce, launch }: Attempt): SessionRef => ({ attemptId: id, nonce, launch })

/** Starts what was just claimed; finds out what became of what was claimed before a restart. */
async function begin(
  deps: SessionDeps & Beside,
  one: Attended,
  signal: AbortSignal,
): Promise<Verdict | null> {
  const { attempt, task, fresh } = one
  if (attempt.state === 'confirmed') return null
  // A claim that came back after we were told to leave starts nothing: it is given back.
  if (fresh !== null && !signal.aborted) return await launchFresh(deps, attempt, task, fresh)
  if (await deps.launcher.takeTicket(refOf(attempt))) return takenBack
  return null
}

async function launchFresh(
  deps: SessionDeps & Beside,
  attempt: Attempt,
  task: Task,
  { secret, answers }: Fresh,
): Promise<Verdict | null> {
  const whole = await wholeTask(deps, task)
  const history = task.attempts > 1 ? await deps.store.attemptsOf(task.id) : []
  const place = await preparePlace(deps, attempt, workplaceOf(task, attempt, deps.workspace))
  if (!place.ready) return place.verdict
  const placed = { ...whole, order: { ...whole.order, cwd: place.cwd } }
  const { places, host, limitMs } = deps
  const notes = await notesOf(deps.store, task)
  const order = workOrder(placed, attempt, history, places, host.asRoot, limitMs, notes)
  const work = { ...order, answers: answerLines(answers) }
  try {
    const lacks = await deps.flags.lacks(deps)
    const secrets = (await deps.credentials?.fromFiles(deps.settings)) ?? {}
    const planned = planSession(
      deps.adapter,
      { ...deps.settings, env: { ...deps.settings.env, ...secrets } },
      work,
      // An image has an environment of its own; this host's means nothing there.
      deps.confinement?.launching.kind === 'container' ? {} : deps.host.baseEnv,
      deps.places,
      secret,
      new Set(lacks.keys()),
    )
    await noteLeftOut(deps, attempt, planned.plan, lacks)
    const { confirmMs, stopGraceMs } = deps.limits
    const bounds = deps.confinement && { ...deps.confinement, limitMs, graceMs: stopGraceMs }
    const store = { launched: deps.launched }
    const starting = { ...deps, store, confirmMs, ...(bounds && { bounds }) }
    return await start(starting, attempt, place.cwd, planned)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string' && code.startsWith('agent.'))
      return unplannable(code, error as Error)
    throw error
  }
}

/** The task with the texts of its order. */
const wholeTask = async ({ store }: SessionDeps, task: Task): Promise<Task> =>
  isLight(task) ? present(await store.task(task.id), 'a taken task is there') : task

const vanishedWith = (evidence: string | undefined): Verdict =>
  evidence === undefined
    ? vanished
    : { ...vanished, evidence: `${vanished.evidence} (${evidence})` }

/** An order that this agent cannot be handed is its task's fault, and shuts no agent for the others. */
function unplannable(code: string, error: Error): Verdict {
  if (code === 'agent.secret_missing')
    return { ...launchFailed(error.message, true), class: 'auth_error', blame: 'account' }
  const blame = ofTheOrder.test(code) ? 'task' : 'operator'
  return { ...launchFailed(error.message), blame }
}

const ofTheOrder = /^agent\.(argument_|no_prompt|no_command)/

/** Waits for proof. Where it cannot be written down now, the session is followed all the same. */
async function prove(
  deps: SessionDeps & Beside,
  one: Attended,
  spool: Spool,
  signal: AbortSignal,
): Promise<Verdict | null> {
  if (one.attempt.state === 'confirmed') return null
  const { confirmMs, stopGraceMs } = deps.limits
  const proving = { ...deps, store: spool, confirmMs, stopGraceMs }
  const verdict = await confirm(proving, one.attempt, deps.adapter.name, signal)
  await deps.launchWritten()
  return verdict
}

/** Follows to the proven end; null when we were told to leave. */
async function watch(
  deps: SessionDeps,
  { attempt, task, asked, heard }: Attended,
  reader: StreamReader,
  spool: Spool,
  signal: AbortSignal,
): Promise<SeenEnd | null> {
  if (signal.aborted) return null
  const { stopGraceMs, pollMs } = deps.limits
  const { limitMs, places } = deps
  const ranBeforeMs = Math.max(0, deps.clock.now() - (attempt.confirmedAt ?? deps.clock.now()))
  const told = { asked, heard, wishIsFound: true }
  const session = { attempt, ref: refOf(attempt), reader, limitMs, ranBeforeMs, ...told }
  const ended = await follow({ ...deps, stopGraceMs, pollMs, spool }, session, signal)
  if (ended.end === 'left') return null
  const dir = places.attemptDir(attempt.id)
  if (ended.end === 'vanished') {
    const verdict = await onFullDisk(deps.host, dir, vanishedWith(ended.evidence))
    return { verdict, asked: null }
  }
  const judge = async (ending: Ending): Promise<Verdict> => {
    const { host } = deps
    const work = async () =>
      workOrder(await wholeTask(deps, task), attempt, [], places, host.asRoot, limitMs)
    const judged = boundReached(deps.adapter.judge(ending), ended.exit)
    const verdict = await onFullDisk(host, dir, judged, ended.exit.late)
    return await whenThere({ clock: deps.clock, pollMs }, signal, async () => {
      const pinned = await pinOnFlags(deps, attempt, work, ending, verdict)
      return await fallBack(deps, attempt, pinned)
    })
  }
  const verdict = await judge(ended.ending)
  const { asked: ask } = ended
  return { verdict, asked: ask === undefined ? null : async () => await judge(await ask()) }
}
