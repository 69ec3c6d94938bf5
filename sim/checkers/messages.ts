// Law: one message for each incident, and none that only the store believes in. Who tells and dies before that is written
// down tells again, as does one whose writing was lost; nobody else does.

import { arrivedIn } from '../notifier.ts'
import type { Checker } from './contract.ts'

export const messages: Checker = {
  law: 'one message per incident',
  invariants: [26],
  end({ accuse, world }, { incidents }) {
    const reached = new Set<string>()
    for (const { key, what, openedAt, isRepeat, host } of arrivedIn(world)) {
      if (isRepeat) accuse(`${host} told again that ${key} ${what}`)
      reached.add(`${key} ${openedAt} ${what}`)
    }
    for (const { key, openedAt, toldAt, resolvedBy } of incidents) {
      const isPart = resolvedBy?.startsWith('part of ') === true // its end is another's, told there
      if (toldAt !== null && !isPart && !reached.has(`${key} ${openedAt} opened`))
        accuse(`incident ${key} counts as told, and no message of it arrived`)
    }
  },
}
