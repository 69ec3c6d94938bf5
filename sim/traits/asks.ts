// Sessions that ask a person in their first attempt, and so end it: the next one has the answer.

import type { Trait } from './contract.ts'

export const asks: Trait = {
  name: 'asks',
  draw: (chance) => (chance.happens(0.05) ? true : undefined),
  begins(session) {
    if (session.nth > 0) return
    session.after(session.task.workMs / 3, () => session.ask('which of the two?'))
  },
}
