// Runs a command under a lock that is renewed meanwhile and released after it, however it ended. A lock that is lost ends
// the command: somebody else works under it already.

import { failed, OperatingError } from '../../base/errors.ts'
import type { LockState } from '../../model/lock.ts'
import type { Call, Ending } from './call.ts'
import { handsOf } from './holding.ts'
import { outOfReach } from './session-link.ts'

/** A store that is out of reach for a moment ends nothing; before the time of the lock is over, the command is ended. */
const triesBetween = 3

const unreachable = (error: unknown): null => {
  if (error instanceof OperatingError || outOfReach(error)) return null
  throw error
}

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
    let left = triesBetween
    while (!over.signal.aborted && !lost) {
      await clock.sleep(ttlMs / (triesBetween + 1), over.signal)
      if (over.signal.aborted) return
      const renewed = await hands.renew(name, epoch, ttlMs).catch(unreachable)
      left = renewed === null ? left - 1 : triesBetween
      lost = renewed === null ? left <= 0 : !renewed.ok
    }
    running.end()
  })()
  const code = await running.ended
  over.abort()
  await renewing
  await hands.release(name, epoch).catch(unreachable) // it expires by itself
  if (lost)
    throw failed('lock.lost', `the lock ${name} was lost while ${command[0]} ran`, 'run it again')
  if (code === null) {
    call.world.err.write(
      `midwatch: ${command[0]} could not be started: nothing ran under ${name}\n`,
    )
    return call.world.exitNow(127)
  }
  if (code === 0) return undefined
  return call.world.exitNow(code)
}
