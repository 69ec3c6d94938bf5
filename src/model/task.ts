// A task: work wanted. Its state carries exactly its own data; `settled` is final.

import type { Demand } from './demand.ts'
import type { WorkspaceKind } from './workspace.ts'

export const outcomes = ['done', 'failed', 'cancelled'] as const
export type Outcome = (typeof outcomes)[number]

/** How far a dedupe key reaches: while its task is unsettled; for a time; for good. */
export type KeyScope = { scope: 'open' } | { scope: 'window'; windowMs: number } | { scope: 'ever' }

/** The work itself, as it was wanted. Written at intake, editable until taken. */
export interface Order {
  /** A shell command, for agents that run commands. */
  readonly run: string | null
  /** A prompt, for agents that take prompts. */
  readonly prompt: string | null
  /** Absolute folder in which the session works. */
  readonly cwd: string
  /** The attempt limit of this task; null for the agent's own. */
  readonly timeoutMs: number | null
  /** A shell command that decides whether the work is done: exit 0 is yes. */
  readonly verify: string | null
  /** Once confirmed, never started again without a person. */
  readonly once: boolean
  /** Where sessions work; absent for the agent's own way. */
  readonly workspace?: WorkspaceKind
  /** Its work is judged by a second agent before it settles as done. */
  readonly review?: boolean
  /** This task is a review: the task whose work it judges. */
  readonly reviewOf?: number
  /** The task from whose work it comes, as a sensor saw it. */
  readonly fromTask?: number
}

interface TaskCommon {
  readonly id: number
  readonly title: string
  readonly priority: number
  readonly demand: Demand
  readonly order: Order
  /** How many attempts may be charged to the task before it settles as failed. */
  readonly attemptsMax: number
  /** How many attempts there have been, of any ending. */
  readonly attempts: number
  readonly againOf: number | null
  readonly createdAt: number
  readonly createdBy: string
}

export interface HeldTask extends TaskCommon {
  readonly state: 'held'
}
export interface ReadyTask extends TaskCommon {
  readonly state: 'ready'
  readonly readyAt: number
}
export interface TakenTask extends TaskCommon {
  readonly state: 'taken'
  /** The fence: only this attempt may write to the task. */
  readonly attemptId: number
}
export interface SettledTask extends TaskCommon {
  readonly state: 'settled'
  readonly outcome: Outcome
  /** Was there evidence? Null unless done. */
  readonly verified: boolean | null
  readonly settledAt: number
  readonly settledBy: string
  readonly reason: string
}

export type Task = HeldTask | ReadyTask | TakenTask | SettledTask

type WithoutOrder<T> = T extends unknown ? Omit<T, 'order'> : never
/** A task without its order, which may be megabytes: what lists tell. */
export type TaskBrief = WithoutOrder<Task>

/** Milliseconds that one step of priority is worth against waiting time. */
export const priorityStepMs = 10 * 60_000

/** The place of a ready task in the line: smaller goes first. Waiting ages it by itself, for the key is static. */
export const rankOf = (readyAt: number, priority: number): number =>
  readyAt - priority * priorityStepMs

/** The task that does not get on, by the key of its incident; null for other incidents. */
export function stuckTask(key: string): number | null {
  const match = /^stuck:(\d+)$/.exec(key)
  return match?.[1] === undefined ? null : Number(match[1])
}

/** Orders of more characters than this are long: they are not kept by who keeps their task for hours. */
const longOrder = 4_096

/** The task as it is kept beside a running session: a long order loses its texts, and who needs them reads it again. */
export function lightened(task: Task): Task {
  const { run, prompt } = task.order
  if ((run?.length ?? 0) + (prompt?.length ?? 0) <= longOrder) return task
  return { ...task, order: { ...task.order, run: run && '', prompt: prompt && '' } }
}

/** Whether it was lightened: no order is empty. */
export const isLight = ({ order }: Pick<Task, 'order'>): boolean =>
  (order.run ?? '') + (order.prompt ?? '') === ''
