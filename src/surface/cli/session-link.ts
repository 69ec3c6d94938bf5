// The way of a session's word when the database is out of its reach: the daemon's socket, else the outbox, which the
// daemon plays fenced. The database itself always comes first.

import { failed, OperatingError, refused, systemCode } from '../../base/errors.ts'
import { tokenVariable } from './actor.ts'
import type { Wish } from '../../lifecycle/watch/wishes.ts'
import type { World } from './world.ts'

/** Where a word went. */
export type Delivered =
  | { readonly by: 'socket'; readonly settled: boolean }
  | { readonly by: 'outbox' }

/** Letters larger than this are not read by the daemon. */
const textMax = 100_000

/** Whether the error means that the fleet or its database cannot be reached from here. */
export function outOfReach(error: unknown): boolean {
  if (error instanceof OperatingError) return /^(store|fleet|config)\./.test(error.code)
  return systemCode(error) !== null
}

/**
 * Delivers a request without the database. Throws what the daemon refused, or `session.no_way` with `cause` when there
 * is neither socket nor outbox.
 */
export async function deliver(
  world: World,
  request: Extract<Wish, { verb: 'say' | 'progress' | 'ask' }>,
  cause: unknown,
): Promise<Delivered> {
  const { MIDWATCH_SOCKET: socket, MIDWATCH_OUTBOX: outbox, [tokenVariable]: token } = world.env
  const short = { ...request, text: request.text.slice(0, textMax) }
  if (socket && token) {
    const answer = await world.askDaemon(socket, { ...short, token })
    if (answer?.ok === true) return { by: 'socket', settled: answer.settled === true }
    if (answer?.ok === false) {
      const { code, sentence, release } = answer.refusal
      throw refused(code, sentence, release)
    }
  }
  if (!outbox) throw cause
  try {
    await world.leaveInOutbox(outbox, short)
    return { by: 'outbox' }
  } catch (error) {
    throw failed(
      'session.no_way',
      `neither the database nor the outbox ${outbox} can be written (${systemCode(error) ?? 'unknown'})`,
      'say it with the exit status: 0 is done, anything else is not',
      error,
    )
  }
}
