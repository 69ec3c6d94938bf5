// Before me: a claimed attempt. After me: a launcher that was asked, and a stored pid, start time and boot id. I promise
// nothing about the session: only `confirm` believes, and only on proof.

import { OperatingError } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Plan } from '../../drivers/agents/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Bounds, Launcher } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { PlannedSession } from './plan.ts'
import { folderRefused, launchFailed, preflight } from './preflight.ts'

export interface StartDeps {
  readonly store: Pick<Store, 'launched'>
  readonly clock: Clock
  readonly host: Host
  readonly launcher: Launcher
  readonly confirmMs: number
  /** Absent for a plain process of this machine. */
  readonly bounds?: Bounds
}

/** Asks the launcher. Answers a verdict when the attempt is over already, else null. */
export async function start(
  deps: StartDeps,
  attempt: Attempt,
  cwd: string,
  planned: PlannedSession,
): Promise<Verdict | null> {
  const { plan, env } = planned
  const { bounds } = deps
  // An image has programs of its own; who starts it there tells whether this one is among them.
  const inside = bounds?.launching.kind === 'container' ? { program: plan.program } : {}
  const path = env['PATH'] ?? ''
  const unshelled = bounds === undefined ? await findUnshelled(deps.host, plan, cwd, path) : null
  const looked = await preflight(deps.host, plan.program, cwd, path, unshelled ?? inside)
  if (!looked.ready) return looked.verdict
  try {
    const proof = await deps.launcher.start({
      attemptId: attempt.id,
      nonce: attempt.nonce,
      program: looked.program,
      args: unshelled?.args ?? plan.args,
      cwd,
      env,
      stdin: plan.stdin,
      files: plan.files,
      startWithinMs: deps.confirmMs,
      ...(bounds && { bounds }),
    })
    await deps.store.launched({ attemptId: attempt.id, proof, now: deps.clock.now() })
    return null
  } catch (error) {
    return isUnanswered(error) ? null : refusedBy(error)
  }
}

/**
 * The program that needs no shell, by the name under which a shell would find it, so that it finds itself called as ever. One
 * that is not there is left to the shell, which says so.
 */
async function findUnshelled(
  host: Host,
  { unshelled: [program, ...args] = [] }: Plan,
  cwd: string,
  path: string,
): Promise<Pick<Plan, 'program' | 'args'> | null> {
  if (program === undefined || (await host.resolveProgram(program, cwd, path)) === null) return null
  return { program, args }
}

/** It may run or not: only its start mark can tell, and whoever gives up on that takes the ticket first. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof OperatingError && error.code === 'launch.unanswered'

/** A launcher's refusal as a verdict. Anything but an operating error of the launch is ours, and crashes. */
function refusedBy(error: unknown): Verdict {
  if (!(error instanceof OperatingError) || !error.code.startsWith('launch.')) throw error
  if (error.code.startsWith('launch.cwd_')) return folderRefused(`${error.message} ${error.remedy}`)
  const exhausted = error.code === 'launch.resource_exhausted' || error.code === 'launch.disk_full'
  const verdict = launchFailed(`${error.message.replace(/\.$/, '')}: ${error.remedy}`)
  return exhausted ? { ...verdict, class: 'resource_exhausted' } : verdict
}
