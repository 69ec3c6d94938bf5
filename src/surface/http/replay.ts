// Idempotency keys: the same key from the same asker answers what was answered before, so a client that lost an answer may
// simply ask again. A key with another request is refused. Keys are taken in the store before anything is done, and their
// answers are kept there for a day, so that neither a restart nor another host does a thing twice.

import type { Clock } from '../../base/clock.ts'
import { OperatingError } from '../../base/errors.ts'
import { hashOf } from '../../base/ids.ts'
import type { Random } from '../../base/random.ts'
import type { ReplyStanding, ReplyVerbs } from '../../drivers/store/contract/replies.ts'
import { refuse } from './problem.ts'

export interface Kept {
  readonly status: number
  readonly text: string
}

/** Whoever began and has not answered for so long has died with it. */
const underWayMs = 30_000
const textMax = 1_000_000

export interface Replays {
  /** Runs `act` once per key; `asked` names the request. Refusals are not kept: they are judged anew. */
  once(key: string, asked: string, act: () => Promise<Kept>): Promise<Kept>
}

interface UnderWay {
  readonly asked: string
  readonly answer: Promise<Kept>
}

export function createReplays(deps: {
  readonly store: ReplyVerbs
  readonly clock: Clock
  readonly random: Random
}): Replays {
  const { store, clock, random } = deps
  const asker = random.hex(12)
  const here = new Map<string, UnderWay>()
  return {
    async once(key, request, act) {
      const asked = hashOf(request)
      const name = hashOf(`reply ${key}`)
      const before = here.get(name)
      if (before !== undefined) {
        if (before.asked !== asked) throw otherRequest()
        return await before.answer
      }
      const answer = answerOnce(name, asked)
      here.set(name, { asked, answer })
      try {
        return await answer
      } finally {
        here.delete(name)
      }

      async function answerOnce(key: string, asked: string): Promise<Kept> {
        const standing = await store.takeReply({ key, asked, asker, now: clock.now() })
        if (standing.state !== 'fresh') return keptOf(standing, asked, clock.now())
        const kept = await act().catch(async (error: unknown) => {
          await quietly(store.dropReply({ key, asker }))
          throw error
        })
        const { status, text } = kept
        const keep = status < 500 && text.length <= textMax
        await quietly(
          keep
            ? store.keepReply({ key, asker, status, answer: text })
            : store.dropReply({ key, asker }),
        )
        return kept
      }
    },
  }
}

/** What was done is done and told, though it could not be noted that it was. */
async function quietly(noting: Promise<void>): Promise<void> {
  await noting.catch((error: unknown) => {
    if (!(error instanceof OperatingError)) throw error
  })
}

function keptOf(standing: Exclude<ReplyStanding, { state: 'fresh' }>, asked: string, now: number) {
  if (standing.asked !== asked) throw otherRequest()
  if (standing.state === 'answered') return { status: standing.status, text: standing.answer }
  throw now - standing.at < underWayMs
    ? refuse(
        503,
        'request.under_way',
        'a request with this idempotency key is under way, or has just been cut off',
        'ask again with the same key',
        { 'retry-after': '2' },
      )
    : refuse(
        409,
        'request.answer_lost',
        'a request with this idempotency key was begun, and its answer was lost: nobody knows whether it was done',
        'look whether it was done; if it was not, ask again with a new key',
      )
}

const otherRequest = () =>
  refuse(
    422,
    'request.key_reused',
    'this idempotency key came with another request before',
    'take a new key for a new request',
  )
