// Runs a task's check. Before me: the session's proven end. After me: yes, no, or broken, each with a fact. I promise that
// a check which could not run is never taken for an answer, and that nothing of an earlier run is left beside it.

import type { Clock } from '../../base/clock.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Task } from '../../model/task.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { CheckResult } from './verdict.ts'

export interface CheckDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: Host
  readonly checkMs: number
  readonly fleetDir: string
  /** Where the attempt worked. */
  readonly cwd: string
}

/** Under this name a check's processes are found again, by whoever has to end them. */
export const checkOwner = (attemptId: number): string => `attempt-${attemptId}-check`

/** Exit codes by which a shell says that it could not run the command at all. */
const couldNotRun = new Set([126, 127])

/** Runs the task's check, if it has one, and records what it said. */
export async function runCheck(
  deps: CheckDeps,
  task: Task,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<CheckResult> {
  const command = task.order.verify
  if (command === null) return { check: 'none' }
  const ran = await deps.host.runShell(
    command,
    deps.cwd,
    checkEnv(deps.host, deps.fleetDir, task),
    deps.checkMs,
    signal,
    checkOwner(attempt.id),
  )
  const result = read(ran)
  if (signal.aborted) return { check: 'broken', why: 'we were told to leave while it ran' } // it runs again
  const body =
    result.check === 'broken'
      ? { kind: 'check.broken' as const, command, why: result.why }
      : {
          kind: 'check.ran' as const,
          command,
          exitCode: ran.ran ? ran.exitCode : null,
          yes: result.check === 'yes',
        }
  await deps.store.note({ attemptId: attempt.id, bodies: [body], now: deps.clock.now() })
  return result
}

function read(ran: Awaited<ReturnType<Host['runShell']>>): CheckResult {
  if (!ran.ran) return { check: 'broken', why: ran.why }
  if (ran.exitCode === 0) return { check: 'yes' }
  if (ran.exitCode === null)
    return { check: 'broken', why: `it died of ${ran.signal ?? 'an unknown signal'}` }
  const output = lastLine(ran.output)
  if (couldNotRun.has(ran.exitCode))
    return { check: 'broken', why: `exit ${ran.exitCode}: ${output}` }
  return { check: 'no', exitCode: ran.exitCode, output }
}

const checkEnv = (host: Host, fleetDir: string, task: Task): Record<string, string> => ({
  ...host.baseEnv,
  MIDWATCH_FLEET: fleetDir,
  MIDWATCH_TASK: String(task.id),
})

const lastLine = (text: string): string =>
  text.trimEnd().split('\n').at(-1)?.trim().slice(0, 200) ?? ''
