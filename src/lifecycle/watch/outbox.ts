// Plays what a session without database left in its outbox, through the same fenced verbs as if it had called them.
// A letter that can't be read is recorded and dropped: it must not stop the others. I promise: a letter is dropped only
// once what it says is committed; after a crash in between it is played again, which the fence bears.

import type { Clock } from '../../base/clock.ts'
import type { Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'

interface Wish {
  readonly verb: 'say' | 'progress' | 'ask'
  readonly word: 'done' | 'fail'
  readonly text: string
}

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
  { store, clock }: { store: Store; clock: Clock },
  attemptId: number,
  text: string,
): Promise<void> {
  const wish = readWish(text)
  const now = clock.now()
  if (wish === null) {
    const sentence = `unreadable letter: ${text.slice(0, 100)}`
    const body = {
      kind: 'write.refused' as const,
      verb: 'outbox',
      code: 'outbox.unreadable',
      sentence,
    }
    await store.note({ attemptId, bodies: [body], now })
  } else if (wish.verb === 'ask') await store.ask({ attemptId, question: wish.text, now })
  else if (wish.verb === 'say')
    await store.say({ attemptId, word: wish.word, text: wish.text, now })
  else await store.note({ attemptId, bodies: [], progress: wish.text, now })
}

/** What a letter asks for, or null when it can't be read. */
function readWish(json: string): Wish | null {
  try {
    const { verb, word, text } = JSON.parse(json) as Record<string, unknown>
    if (typeof text !== 'string') return null
    if (verb === 'progress' || verb === 'ask') return { verb, word: 'done', text }
    if (verb === 'say' && (word === 'done' || word === 'fail')) return { verb, word, text }
    return null
  } catch {
    return null
  }
}
