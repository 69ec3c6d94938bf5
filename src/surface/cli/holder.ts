// Under which name a caller holds locks and work keys: a session as its attempt, a script as it says, else as its user and
// the process that called us, so that two scripts of one user are two holders.

import type { Call } from './call.ts'

export async function holderOf(
  call: Call,
  as: string | undefined,
): Promise<{ holder: string; attemptId: number | null; taskId: number | null }> {
  const actor = await call.actor()
  if (actor.kind === 'session') {
    const { id, taskId } = actor.attempt
    return { holder: `attempt ${id}`, attemptId: id, taskId }
  }
  const { host } = await call.fleet()
  const holder = as ?? `${actor.by}@${host.name} (process ${call.world.callerPid()})`
  return { holder, attemptId: null, taskId: null }
}
