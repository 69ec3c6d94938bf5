// Judges how a session is to be called: the adapter's plan, dressed with the environment every session gets. Pure.
// No default comes from an unset variable: what the session needs is named here, all of it.

import { type Resumed, sessionToResume } from './resume.ts'
import type { AgentAdapter, AgentSettings, Plan, WorkOrder } from '../../drivers/agents/contract.ts'
import type { OrderNote } from '../../drivers/agents/contract/order.ts'
import { hashOf, tokenOf } from '../../base/ids.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Hold } from '../../model/hold.ts'
import { secretsVariable } from '../../model/secret.ts'
import type { Task } from '../../model/task.ts'

/** Where the fleet's things lie, as absolute paths. */
export interface FleetPlaces {
  readonly fleetDir: string
  /** Holds the `midwatch` command that sessions call. */
  readonly binDir: string
  /** The daemon's socket; null when it has none. */
  readonly socketPath: string | null
  readonly attemptDir: (attemptId: number) => string
}

export interface PlannedSession {
  readonly plan: Plan
  readonly env: Readonly<Record<string, string>>
}

/** The hash under which a token's secret is stored. */
export const secretHash = (secret: string): string => hashOf(secret)

/** Words the call of one attempt without the flags its build `lacks`. `secret` lets it prove which attempt it is. */
export function planSession(
  adapter: AgentAdapter,
  settings: AgentSettings,
  work: WorkOrder,
  baseEnv: Readonly<Record<string, string>>,
  places: FleetPlaces,
  secret: string,
  lacks: ReadonlySet<string>,
): PlannedSession {
  const plan = adapter.plan(settings, work, lacks)
  const dir = places.attemptDir(work.attemptId)
  const path =
    plan.env['PATH'] ?? settings.env['PATH'] ?? baseEnv['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  const env = {
    ...baseEnv,
    ...settings.env,
    ...plan.env,
    PATH: `${places.binDir}:${path}`,
    MIDWATCH_FLEET: places.fleetDir,
    MIDWATCH_TASK: String(work.taskId),
    MIDWATCH_ATTEMPT: String(work.attemptId),
    MIDWATCH_TOKEN: tokenOf(work.attemptId, secret),
    MIDWATCH_OUTBOX: `${dir}/outbox`,
    ...answerIn(work.answers),
    ...secretIn(settings),
    ...(places.socketPath !== null && { MIDWATCH_SOCKET: places.socketPath }),
  }
  return { plan, env }
}

/** The newest answer, for orders that are commands: a variable of the environment holds at most 128 KiB. */
const answerIn = (answers: readonly string[] = []): Readonly<Record<string, string>> => {
  const newest = answers.at(-1)
  return newest === undefined ? {} : { MIDWATCH_ANSWER: newest.slice(0, 30_000) }
}

/** What it was given from files it keeps to itself, whatever these variables are called. */
const secretIn = ({ envFiles = {} }: AgentSettings): Readonly<Record<string, string>> => {
  const names = Object.keys(envFiles)
  return names.length === 0 ? {} : { [secretsVariable]: names.join(',') }
}

/** What earlier attempts tried and how they ended, for the next order. */
const historyLines = (ended: readonly Attempt[]): string[] =>
  ended
    .filter((attempt) => attempt.verdict !== null)
    .map(
      ({ id, agent, verdict, said }) =>
        `attempt ${id} by ${agent} ended ${verdict?.class}: ${verdict?.evidence ?? ''}${said ? ` (it said ${said.word}: ${said.text})` : ''}`,
    )

/** What persons answered to questions about the task, oldest first. */
export const answerLines = (answered: readonly Hold[]): string[] =>
  answered.flatMap(({ release, answer, releasedBy }) =>
    release.kind === 'person' && answer !== null
      ? [`${release.question}\n${releasedBy ?? 'a person'} answers: ${answer}`]
      : [],
  )

/** The work order of one attempt. */
export const workOrder = (
  task: Task,
  attempt: Attempt,
  history: readonly Attempt[],
  places: FleetPlaces,
  asRoot: boolean,
  limitMs: number,
  notes: readonly OrderNote[] = [],
): WorkOrder => ({
  taskId: task.id,
  attemptId: attempt.id,
  title: task.title,
  order: task.order,
  history: historyLines(history),
  attemptDir: places.attemptDir(attempt.id),
  asRoot,
  limitMs,
  ...(notes.length > 0 && { notes }),
  ...resumed(sessionToResume(attempt, history), places),
})

const resumed = (
  resumed: Resumed | null,
  { attemptDir }: FleetPlaces,
): Pick<WorkOrder, 'resume'> =>
  resumed === null
    ? {}
    : { resume: { session: resumed.session, attemptDir: attemptDir(resumed.began) } }
