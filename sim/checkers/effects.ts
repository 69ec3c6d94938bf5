// Law: an effect happens once per key, whoever dies while it is made; and what is called performed did happen.

import { mailboxOf } from '../post.ts'
import type { Checker } from './contract.ts'

export const effects: Checker = {
  law: 'effects once',
  invariants: [24],
  fact({ accuse, world }, { body, taskId }) {
    if (body.kind !== 'effect.performed' || mailboxOf(world).has(body.key)) return
    accuse(`${body.key} is called performed by ${body.by}, and never arrived`, taskId)
  },
  end({ accuse, world }) {
    for (const [key, times] of mailboxOf(world))
      if (times > 1) accuse(`${key} arrived ${times} times`)
  },
}
