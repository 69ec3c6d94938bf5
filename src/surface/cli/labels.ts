// How states read at a glance, with one colour for each meaning.

import type { Attempt } from '../../model/attempt.ts'
import type { GateStateName } from '../../model/gate.ts'
import type { TaskBrief } from '../../model/task.ts'
import type { Paint } from './paint.ts'

/** `ready`, `taken`, `done`, `done (unverified)` …: the state, or for a settled task what became of it. */
export function taskLabel(task: TaskBrief): string {
  if (task.state !== 'settled') return task.state
  return task.outcome === 'done' && task.verified === true ? 'done, verified' : task.outcome
}

export function paintTask(paint: Paint, task: TaskBrief, text: string): string {
  if (task.state === 'held') return paint.waiting(text)
  if (task.state === 'taken') return paint.moving(text)
  if (task.state === 'ready') return text
  if (task.outcome === 'done') return paint.good(text)
  return task.outcome === 'failed' ? paint.bad(text) : paint.aside(text)
}

/** `confirmed`, or for an ended attempt what its end meant. */
export const attemptLabel = (attempt: Attempt): string => attempt.verdict?.class ?? attempt.state

export function paintAttempt(paint: Paint, attempt: Attempt, text: string): string {
  if (attempt.state !== 'ended') return paint.moving(text)
  return attempt.verdict?.class === 'success' ? paint.good(text) : paint.bad(text)
}

export function paintGate(paint: Paint, state: GateStateName, text: string): string {
  if (state === 'passing') return paint.good(text)
  return state === 'probing'
    ? paint.moving(text)
    : state === 'shut'
      ? paint.waiting(text)
      : paint.bad(text)
}

/** `exit 3`, `SIGKILL`, or nothing when it is not known. */
export function exitLabel(attempt: Attempt): string {
  const { exitCode = null, signal = null } = attempt.verdict ?? {}
  return signal ?? (exitCode === null ? '' : `exit ${exitCode}`)
}

/** `1 task`, `3 tasks`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`
