// Before me: a launcher that was asked. After me: a confirmed attempt, or the verdict that it never ran. I promise: only
// the wrapper's start mark with our nonce and proof that the program was executed count. Exit 0 of a launcher does not
// (S0: a dispatcher believed it for months).

import type { Clock } from '../../base/clock.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Launcher, SessionRef, Sighting } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { launchFailed } from './preflight.ts'

export interface ConfirmDeps {
  readonly store: { confirm(input: Parameters<Store['confirm']>[0]): Promise<unknown> }
  readonly clock: Clock
  readonly launcher: Launcher
  readonly confirmMs: number
  readonly stopGraceMs: number
}

/** Waits for proof. Null when the attempt is confirmed or already over by the program's own exit. */
export async function confirm(
  deps: ConfirmDeps,
  attempt: Attempt,
  program: string,
  signal: AbortSignal,
): Promise<Verdict | null> {
  const { launcher, clock } = deps
  const ref: SessionRef = { attemptId: attempt.id, nonce: attempt.nonce, launch: attempt.launch }
  const deadline = clock.monotonicMs() + deps.confirmMs
  for (;;) {
    const sighting = await launcher.look(ref)
    const judged = judge(sighting)
    if (judged.is === 'proven') {
      const { proof } = judged
      await deps.store.confirm({ attemptId: attempt.id, proof, program, now: clock.now() })
      return null
    }
    if (judged.is === 'over') return judged.verdict
    const leftMs = deadline - clock.monotonicMs()
    if (leftMs <= 0) return await giveUp(deps, ref, sighting)
    await launcher.changed(ref, Math.min(leftMs, 1_000), signal)
    if (signal.aborted) return null
  }
}

type Judged =
  | { readonly is: 'proven'; readonly proof: NonNullable<Attempt['launch']> }
  | { readonly is: 'over'; readonly verdict: Verdict }
  | { readonly is: 'unproven' }

/** What one sighting means for a launch that is not yet confirmed. Pure. */
export function judge(sighting: Sighting): Judged {
  switch (sighting.seen) {
    case 'running':
      return sighting.executed ? { is: 'proven', proof: sighting.proof } : { is: 'unproven' }
    case 'exited':
      return sighting.exit.neverExecuted
        ? { is: 'over', verdict: launchFailed(sighting.exit.message) }
        : { is: 'proven', proof: sighting.proof }
    case 'refused':
      // A dispatcher that took the ticket back and then died is no failure of the host or the agent.
      return sighting.byUs
        ? { is: 'over', verdict: takenBack }
        : { is: 'over', verdict: launchFailed(`never started: ${sighting.reason}`, true) }
    case 'vanished':
      return { is: 'over', verdict: vanished }
    case 'starting':
      return sighting.alive ? { is: 'unproven' } : { is: 'over', verdict: wrapperDied }
    case 'absent':
      return { is: 'unproven' }
  }
}

/** The verdict of an attempt whose ticket a dispatcher took, so that nothing of it ever runs. */
export const takenBack: Verdict = {
  ...launchFailed(
    'the dispatcher went away before it was started; its ticket was taken back',
    true,
  ),
  class: 'interrupted',
  blame: 'operator',
}

const wrapperDied = launchFailed('its wrapper died before the program was started')

/** The verdict of a session that is gone without an exit mark. */
export const vanished: Verdict = {
  class: 'lost',
  blame: 'host',
  exitCode: null,
  signal: null,
  evidence: 'the session vanished without leaving an exit mark',
  resetAt: null,
  neverStarted: false,
}

/** The limit has passed. Taking the ticket makes sure that nothing starts after we said so. */
async function giveUp(deps: ConfirmDeps, ref: SessionRef, last: Sighting): Promise<Verdict> {
  const limit = `within ${deps.confirmMs} ms`
  if (await deps.launcher.takeTicket(ref))
    return launchFailed(`the launcher accepted the call but nothing started ${limit}`)
  const { survivors } = await deps.launcher.empty(ref, deps.stopGraceMs)
  const left = survivors.length > 0 ? `; still alive: ${survivors.join(', ')}` : ''
  return launchFailed(
    `no proof that the program was executed ${limit} (last seen: ${last.seen})${left}`,
  )
}
