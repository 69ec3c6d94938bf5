// Law: what only one host may do, one does. A duty passes to another host when its holder laid it down or did not renew it in
// time, each time under a newer term, and no term is given to two.

import { crossingsIn } from '../crossings.ts'
import type { Checker } from './contract.ts'

export const duties: Checker = {
  law: 'what only one host may do, one does',
  invariants: [50],
  look({ world, accuse }) {
    const seen = crossingsIn(world)
    for (const { before, begun, now } of seen.terms) {
      const { duty, term, host } = begun
      world.truth.count(before === undefined ? 'duty taken' : 'duty passed on')
      if (term !== (before?.term ?? 0) + 1)
        accuse(`${host} has ${duty} under term ${term}, after term ${before?.term ?? 0}`)
      if (before !== undefined && before.host !== host && before.until > now)
        accuse(`${host} took ${duty} from ${before.host}, whose term was not over`)
    }
    seen.terms = []
  },
  fact({ accuse }, { body }) {
    if (body.kind !== 'duty.moved') return
    if (body.from === body.host) accuse(`${body.duty} moved from ${body.host} to itself`)
  },
}
