// Whether an attempt goes on with the session of the one before. After a limit, a loss or a question nothing was wrong
// with what the session knew; after any other ending it begins anew, for a failed session repeats itself. Pure.

import type { Attempt } from '../../model/attempt.ts'
import type { FailureClass } from '../../model/failure.ts'

const goesOn: ReadonlySet<FailureClass> = new Set([
  'rate_limited',
  'credits_depleted',
  'overloaded',
  'network',
  'lost',
  'interrupted',
])

export interface Resumed {
  /** The client's own id of the session. */
  readonly session: string
  /** The attempt in which it began. */
  readonly began: number
}

/** The session to go on with; null for a new one. `history` holds the task's attempts, oldest first. */
export function sessionToResume(attempt: Attempt, history: readonly Attempt[]): Resumed | null {
  const before = history
    .filter((one) => one.id < attempt.id && one.verdict !== null && !one.verdict.neverStarted)
    .at(-1)
  if (before === undefined || before.verdict === null) return null
  if (before.agent !== attempt.agent || before.host !== attempt.host) return null
  const sameClient = before.lanes.join(' ') === attempt.lanes.join(' ')
  const session = before.usage?.sessionId ?? null
  if (session === null || !sameClient || !goesOn.has(before.verdict.class)) return null
  const began = history.find((one) => one.usage?.sessionId === session) ?? before
  return { session, began: began.id }
}
