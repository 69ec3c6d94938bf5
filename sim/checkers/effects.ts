// Law: an effect happens once per key, whoever dies while it is made; and what is called performed did happen.

import { mailboxOf } from '../post.ts'
import type { Checker } from './contract.ts'

export const effects: Checker = {
  law: 'effects once',
  invariants: [24],
  end({ accuse, world }) {
    for (const [key, times] of mailboxOf(world))
      if (times > 1) accuse(`${key} arrived ${times} times`)
  },
}
