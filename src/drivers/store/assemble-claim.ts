// claim: plainly and in one trip, where trips are dear and nothing stood in the way lately; else with all there may be to it.

import { systemCode } from '../../base/errors.ts'
import type { AttemptVerbs } from './contract/attempts.ts'
import type { ClaimInput, ClaimResult } from './contract/shapes.ts'
import type { Executor } from './script.ts'
import { claimPlainly, mayBePlain } from './verbs/claim-plainly.ts'
import { claim } from './verbs/lease.ts'

/** PostgreSQL's word for a text that is no JSON. */
const unreadable = '22P02'
/** What stood in the way mostly stands there for a while: so many claims at most do not try. */
const restMost = 8

/** The verb over an executor. */
export function claimOf({
  inOneTrip,
  write,
}: Pick<Executor, 'inOneTrip' | 'write'>): AttemptVerbs['claim'] {
  const wholly = (input: ClaimInput): Promise<ClaimResult> => write(() => claim(input), 'brisk')
  if (inOneTrip === undefined) return wholly
  /** What cannot be read is left to whoever says so. */
  const plainly = (input: ClaimInput): Promise<ClaimResult | null> =>
    write(() => claimPlainly(input), 'brisk').catch((error: unknown) => {
      if (systemCode(error) !== unreadable) throw error
      return null
    })
  let rest = 0
  let restLeft = 0
  return async (input) => {
    if (!mayBePlain(input)) return await wholly(input)
    if (restLeft > 0) {
      restLeft -= 1
      return await wholly(input)
    }
    const done = await plainly(input)
    rest = done === null ? Math.min(restMost, 2 * rest + 1) : 0
    restLeft = rest
    return done ?? (await wholly(input))
  }
}
