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

/** The client's own session id; null for a new session. `history` holds the task's attempts, oldest first. */
export function sessionToResume(attempt: Attempt, history: readonly Attempt[]): string | null {
  const before = history
    .filter((one) => one.id < attempt.id && one.verdict !== null && !one.verdict.neverStarted)
    .at(-1)
  if (before === undefined || before.verdict === null) return null
  if (before.agent !== attempt.agent || before.host !== attempt.host) return null
  const sameClient = before.lanes.join(' ') === attempt.lanes.join(' ')
  return sameClient && goesOn.has(before.verdict.class) ? (before.usage?.sessionId ?? null) : null
}
