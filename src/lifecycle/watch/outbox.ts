// Plays what a session without database left in its outbox, through the same fenced verbs as if it had called them.
// A letter that can't be read is recorded and dropped: it must not stop the others.

import type { Clock } from '../../base/clock.ts'
import type { Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'

interface Letter {
  readonly verb: 'say' | 'progress'
  readonly word: 'done' | 'fail'
  readonly text: string
}

/** Takes and plays every letter, oldest first. */
export async function playOutbox(
  deps: { store: Store; clock: Clock; launcher: Launcher },
  ref: SessionRef,
): Promise<void> {
  for (const text of await deps.launcher.takeOutbox(ref)) {
    const letter = readLetter(text)
    const now = deps.clock.now()
    const { attemptId } = ref
    if (letter === null) {
      const sentence = `unreadable letter: ${text.slice(0, 100)}`
      const body = {
        kind: 'write.refused' as const,
        verb: 'outbox',
        code: 'outbox.unreadable',
        sentence,
      }
      await deps.store.note({ attemptId, bodies: [body], now })
    } else if (letter.verb === 'say')
      await deps.store.say({ attemptId, word: letter.word, text: letter.text, now })
    else await deps.store.note({ attemptId, bodies: [], progress: letter.text, now })
  }
}

/** A letter, or null when it is none. */
export function readLetter(json: string): Letter | null {
  try {
    const { verb, word, text } = JSON.parse(json) as Record<string, unknown>
    if (typeof text !== 'string') return null
    if (verb === 'progress') return { verb, word: 'done', text }
    if (verb === 'say' && (word === 'done' || word === 'fail')) return { verb, word, text }
    return null
  } catch {
    return null
  }
}
