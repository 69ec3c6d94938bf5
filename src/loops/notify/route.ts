// Through which channel a message goes, and what is made of how that went. Pure.

import { isAtLeast, type Severity } from '../../model/channels.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { Performed } from '../../lifecycle/effects/perform.ts'

/** A way to tell people, in the order in which they are tried. */
export interface Way {
  readonly channel: Channel
  readonly severity: Severity
}

/** The ways that take a message of this severity. */
export const waysFor = (ways: readonly Way[], severity: Severity): readonly Way[] =>
  ways.filter((way) => isAtLeast(severity, way.severity))

export type Went =
  | { readonly went: 'through' }
  /** It will be known soon whether it went through: nobody else is told meanwhile. */
  | { readonly went: 'wait'; readonly until: number }
  /** The next way is taken. `lost`: nobody can ever say whether it went through. */
  | { readonly went: 'wrong'; readonly why: string; readonly lost: boolean }

const busyWaitMs = 30_000

/** What a delivery means for the telling. A doubt that has been asked about once in vain holds nobody up. */
export function wentHow(ended: Performed, now: number): Went {
  switch (ended.got) {
    case 'performed':
      return { went: 'through' }
    case 'busy':
      return { went: 'wait', until: now + busyWaitMs }
    case 'failed':
      return { went: 'wrong', why: ended.why, lost: false }
    case 'refused':
      return { went: 'wrong', why: ended.refusal.sentence, lost: false }
    case 'uncertain': {
      const { effect, why } = ended
      const askAt = effect.state === 'uncertain' ? effect.askAt : null
      const asked = effect.state === 'uncertain' ? effect.asked : 0
      if (askAt !== null && asked === 0)
        return { went: 'wait', until: Math.max(askAt, now + 1_000) }
      return { went: 'wrong', why, lost: askAt === null }
    }
  }
}
