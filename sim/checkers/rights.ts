// Law: nobody gets more than their role. Whoever may not is refused as such, is told nothing of the work, and changes no row; and
// whoever may is not taken for somebody else.

import type { Sight } from '../asking.ts'
import { type Tried, triedIn } from '../trespass.ts'
import type { Checker } from './contract.ts'

/** How who may not is answered: who are you, you may not, not by that name, not so often. */
const refusing = [401, 403, 421, 429]
/** The store is out of reach: nobody knows who asks. */
const away = 503

export const rights: Checker = {
  law: 'nobody gets more than their role',
  invariants: [39],
  look({ world, accuse }) {
    const known = triedIn(world)
    for (const tried of known.tried) {
      const { who, may, taskId } = tried
      const wrong = may ? wronged(tried) : granted(tried)
      if (wrong !== null) accuse(`${wordsOf(tried)} ${wrong}`, taskId)
      world.truth.count(`${who} ${may ? 'answered' : 'refused'}`)
    }
    known.tried = []
  },
}

const wordsOf = ({ who, wish }: Tried): string => `a ${who} asked ${wish.method} ${wish.path} and`

function wronged({ told }: Tried): string | null {
  return refusing.includes(told.status) && told.status !== 429
    ? `was refused: ${told.said.sentence}`
    : null
}

function granted({ told, title, before, after }: Tried): string | null {
  if (told.status === away) return null
  if (!refusing.includes(told.status) || told.said.code?.startsWith('access.') !== true)
    return `was answered ${told.status}: ${told.text.slice(0, 200)}`
  if (title !== null && told.text.includes(title)) return `was told of it: ${told.text}`
  if (before.fired === after.fired && rowsOf(before) !== rowsOf(after))
    return `was refused, and rows are not as they were: ${rowsOf(after)}`
  return null
}

const rowsOf = ({ fired: _when, ...rows }: Sight): string => JSON.stringify(rows)
