// Work that a second agent judges before it counts as done. What its reviewers come to is drawn for the work, so that leaving
// out another task changes nothing of it; after some rounds they agree, for people would not quarrel for ever either.

import type { Session } from '../session.ts'
import type { Trait } from './contract.ts'

export type ReviewHabit = 'approve' | 'changes' | 'reject' | 'undecided'

export const reviewed: Trait = {
  name: 'reviewed',
  draw: (chance) =>
    chance.happens(0.2)
      ? Array.from({ length: 6 }, () =>
          chance.weighed({ approve: 62, changes: 17, reject: 5, undecided: 16 }),
        )
      : undefined,
  want: (want) => (want.prompt === null ? want : { ...want, review: true }),
}

/** What the nth review of this work comes to. */
export const habitOf = ({ task }: Session, nth: number): ReviewHabit =>
  (task.traits['reviewed'] as readonly ReviewHabit[] | undefined)?.[nth] ?? 'approve'
