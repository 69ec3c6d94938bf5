// Times as clients write them.

import { usage } from '../../../base/errors.ts'
import { parseWhen, whenForms } from '../../../base/when.ts'

/** A time that is still to come, in the words of the command line. */
export function timeToCome(text: string, now: number): number {
  const at = parseWhen(text, now)
  if (at === null || !Number.isSafeInteger(at))
    throw usage('usage.time', `\`${text}\` is not a time`, `give ${whenForms}`)
  if (at <= now) throw usage('usage.time_past', `${text} is already over`, 'give a time to come')
  return at
}
