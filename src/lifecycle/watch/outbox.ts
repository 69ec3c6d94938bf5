// Plays what a session without database left in its outbox, through the same fenced verbs as if it had called them.
// A letter that can't be read, or wishes what only an answer makes of use, is recorded and dropped: it must not stop the
// others. I promise: a letter is dropped only once what it says is committed; after a crash in between it is played again,
// which the fence bears.

import type { Clock } from '../../base/clock.ts'
import type { Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { grant, needsNoAnswer, readWish, type Wish } from './wishes.ts'

/** Plays every letter, in the order of their names, and drops it. */
export async function playOutbox(
  deps: { store: Store; clock: Clock; launcher: Launcher },
  ref: SessionRef,
): Promise<void> {
  for (const { name, text } of await deps.launcher.readOutbox(ref)) {
    await play(deps, ref.attemptId, text)
    await deps.launcher.dropLetter(ref, name)
  }
}

async function play(
  deps: { store: Store; clock: Clock },
  attemptId: number,
  text: string,
): Promise<void> {
  const wish = wishIn(text)
  if (wish !== null && needsNoAnswer(wish)) return void (await grant(deps, attemptId, wish))
  const body = {
    kind: 'write.refused' as const,
    verb: 'outbox',
    code: wish === null ? 'outbox.unreadable' : 'outbox.unanswered',
    sentence:
      wish === null
        ? `unreadable letter: ${text.slice(0, 100)}`
        : `a letter cannot ${wish.verb}, for nobody hears the answer`,
  }
  await deps.store.note({ attemptId, bodies: [body], now: deps.clock.now() })
}

/** What a letter wishes, or null when it can't be read. */
function wishIn(json: string): Wish | null {
  try {
    return readWish(JSON.parse(json))
  } catch {
    return null
  }
}
