// Runs a command under a lock that is renewed meanwhile and released after it, however it ended. A lock that is lost ends
// the command: somebody else works under it already.

import { failed } from '../../base/errors.ts'
import type { LockState } from '../../model/lock.ts'
import type { Call, Ending } from './call.ts'
import { handsOf } from './holding.ts'

/** Answers the command's own exit status, where it is not 0. */
export async function runLocked(
  call: Call,
  { name, epoch }: LockState,
  command: readonly string[],
  ttlMs: number,
): Promise<Ending> {
  const { clock } = call.world
  const hands = await handsOf(call, undefined)
  const over = new AbortController()
  const running = await call.world.runCommand(command, { MIDWATCH_LOCK_EPOCH: String(epoch) })
  let lost = false
  const renewing = (async () => {
    while (!over.signal.aborted) {
      await clock.sleep(ttlMs / 3, over.signal)
      if (over.signal.aborted) return
      const answer = await hands.renew(name, epoch, ttlMs)
      if (answer.ok) continue
      lost = true
      running.end()
      return
    }
  })()
  const code = await running.ended
  over.abort()
  await renewing
  await hands.release(name, epoch)
  if (lost)
    throw failed('lock.lost', `the lock ${name} was lost while ${command[0]} ran`, 'run it again')
  if (code === 0) return undefined
  return call.world.exitNow(code)
}
