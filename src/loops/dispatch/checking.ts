// The check of one attempt's task, attended: run when it is to be run, and ended when somebody asks for the stop, for a
// check is as much a part of the attempt as its session.

import { present } from '../../base/assert.ts'
import type { Clock } from '../../base/clock.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { checkOwner, runCheck } from '../../lifecycle/settle/check.ts'
import { type CheckResult, needsCheck } from '../../lifecycle/settle/verdict.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Task } from '../../model/task.ts'

export interface CheckingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly host: Host
  readonly checkMs: number
  readonly pollMs: number
  readonly fleetDir: string
  /** Where the attempt worked. */
  readonly cwd: string
}

/** `stopped`: somebody asked for the stop meanwhile; `left`: we were told to leave, and the check runs again later. */
export type Checked = CheckResult | { readonly check: 'stopped' } | { readonly check: 'left' }

/** Runs the check unless nothing ran, somebody asked for the stop, or somebody else settled the task. */
export async function checkAttended(
  deps: CheckingDeps,
  task: Task,
  attempt: Attempt,
  verdict: Verdict,
  signal: AbortSignal,
): Promise<Checked> {
  if (!needsCheck(task, attempt, verdict)) return { check: 'none' }
  const newest = present(
    await deps.store.attempt(attempt.id),
    'an attempt of a taken task is there',
  )
  const holder = await deps.store.task(task.id)
  const holds = holder?.state === 'taken' && holder.attemptId === attempt.id
  if (!holds || !needsCheck(holder, newest, verdict)) {
    await deps.host.emptyShell(checkOwner(attempt.id)) // what an earlier daemon began
    return { check: 'none' }
  }
  const ending = new AbortController()
  const leave = () => ending.abort()
  signal.addEventListener('abort', leave, { once: true })
  const checking = runCheck(deps, task, attempt, ending.signal)
  const stopped = await stopWhenAsked(deps, attempt.id, checking, ending)
  const result = await checking
  signal.removeEventListener('abort', leave)
  if (signal.aborted) return { check: 'left' }
  return stopped ? { check: 'stopped' } : result
}

/** Looks now and then whether somebody asked for the stop, until the check is over; true when it was ended for that. */
async function stopWhenAsked(
  { store, clock, pollMs }: CheckingDeps,
  attemptId: number,
  checking: Promise<unknown>,
  ending: AbortController,
): Promise<boolean> {
  const over = new AbortController()
  const done = () => over.abort()
  checking.then(done, done)
  ending.signal.addEventListener('abort', done, { once: true })
  while (!over.signal.aborted) {
    await clock.sleep(pollMs, over.signal)
    if (over.signal.aborted) return false
    if ((await store.attempt(attemptId))?.stop === null) continue
    ending.abort()
    return true
  }
  return false
}
