// Idempotency keys: the same key from the same asker answers what was answered before, so a client that lost an answer may
// simply ask again. A key with another request is refused. Kept in memory for a day, bounded; what makes tasks is also
// keyed in the store, so that asking again after a restart makes no second task.

import type { Clock } from '../../base/clock.ts'
import { hashOf } from '../../base/ids.ts'
import { refuse } from './problem.ts'

export interface Kept {
  readonly status: number
  readonly text: string
}

interface Entry {
  readonly asked: string
  readonly at: number
  readonly answer: Promise<Kept>
}

const keptMs = 86_400_000
const keptMax = 2_000
const textMax = 1_000_000

export interface Replays {
  /** Runs `act` once per key; `asked` names the request. Failures are not kept. */
  once(key: string, asked: string, act: () => Promise<Kept>): Promise<Kept>
}

export function createReplays(clock: Clock): Replays {
  const known = new Map<string, Entry>()
  return {
    async once(key, request, act) {
      const asked = hashOf(request)
      const before = known.get(key)
      if (before !== undefined && clock.monotonicMs() - before.at < keptMs) {
        if (before.asked !== asked) throw otherRequest()
        return await before.answer
      }
      const answer = act()
      known.set(key, { asked, at: clock.monotonicMs(), answer })
      const [oldest] = known.keys()
      if (known.size > keptMax && oldest !== undefined) known.delete(oldest)
      try {
        const kept = await answer
        if (kept.text.length > textMax || kept.status >= 500) known.delete(key)
        return kept
      } catch (error) {
        known.delete(key)
        throw error
      }
    },
  }
}

const otherRequest = () =>
  refuse(
    422,
    'request.key_reused',
    'this idempotency key came with another request before',
    'take a new key for a new request',
  )
