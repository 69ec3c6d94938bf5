// Law: one daemon for each host. Whoever is started beside one that lives, or that only sleeps, is refused and dispatches nothing.

import { enteredIn } from '../rivals.ts'
import type { Checker } from './contract.ts'

export const second: Checker = {
  law: 'one daemon for each host',
  invariants: [20],
  look({ world, accuse }) {
    const entered = enteredIn(world)
    for (const { host, pid, beside } of entered.doubled)
      accuse(`the daemon ${pid} began on ${host}, where the daemon ${beside} lives`)
    entered.doubled = []
  },
}
