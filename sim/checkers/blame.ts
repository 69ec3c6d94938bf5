// Law: no task pays for an outage. An attempt that is charged to its task ended by the task's own fault, or was stopped at its
// limit after it had really run so long.

import type { Attempt } from '../../src/model/attempt.ts'
import type { Limits } from '../../src/model/limits.ts'
import type { Task } from '../../src/model/task.ts'
import type { Bench, Checker } from './contract.ts'

export const blame: Checker = {
  law: 'no task pays for an outage',
  invariants: [17],
  end(bench, { tasks, attempts }) {
    for (const task of tasks) {
      const own = attempts.get(task.id) ?? []
      const paid = new Set(bench.journal.tasks.get(task.id)?.charged)
      const last = own.at(-1)
      if (
        task.state === 'settled' &&
        task.outcome === 'failed' &&
        last?.said === null &&
        task.settledBy === `attempt ${last.id}`
      )
        paid.add(last.id)
      for (const attempt of own) {
        const wrong = paid.has(attempt.id) ? wronglyCharged(bench, task, attempt) : null
        if (wrong !== null)
          bench.accuse(
            `attempt ${attempt.id} was charged as ${attempt.verdict?.class}: ${wrong}`,
            task.id,
          )
      }
    }
  },
}

/** The longest slow start of a simulated machine. */
const slowestStartMs = 60_000

function wronglyCharged({ world, config }: Bench, task: Task, attempt: Attempt): string | null {
  const { verdict } = attempt
  if (verdict === null) return null
  const [session] = world.truth.sessions.get(attempt.id) ?? []
  if (session === undefined) return 'no session of it ever ran'
  if (session.cause === 'task') return null
  // A review that ends without a decision is its own fault, however well its session ended.
  if (task.order.reviewOf !== undefined && verdict.class === 'task_failed') return null
  if (verdict.class === 'timeout') {
    const limits = [...config.known.values()].map((one) => one.limits)
    const wholeMs = task.order.timeoutMs ?? Math.min(...limits.map((one) => one.attemptMs))
    // Who truly stood still for as long after its model had spoken, or after its last word, ran into a time limit, too
    // (ARCHITECTURE §6: a timeout after model output is the task's).
    const stillMs = Math.min(...limits.map((one) => stillLimitOf(verdict.evidence, one)))
    if (session.stoodStillMs >= stillMs) return null
    // The limit counts from the wrapper's start, and a slow machine takes its time from there to the program.
    return session.ranMs >= wholeMs - slowestStartMs - 1_000
      ? null
      : `it ran ${Math.round(session.ranMs / 1000)} s of ${Math.round(wholeMs / 1000)} s`
  }
  if (verdict.class === 'task_failed' && (world.truth.checks.get(session.ref) ?? []).includes('no'))
    return null
  return `its session ended by ${session.cause} (exit ${session.exitCode}, signal ${session.signal})`
}

/** The limit of standing still that a verdict speaks of. */
function stillLimitOf(evidence: string, limits: Limits): number {
  if (evidence.includes('nothing moved for')) return limits.silenceMs
  if (evidence.includes('did nothing more for')) return limits.lingerMs
  return Number.POSITIVE_INFINITY
}
