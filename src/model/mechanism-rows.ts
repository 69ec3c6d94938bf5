// The list of mechanisms: whatever is supposed to move work by itself stands here, with its patience. What does not
// stand here moves nothing; a hold that none of these serves is refused at creation.

import type { MechanismRow } from './mechanism.ts'

const minute = 60_000

const row = (
  name: string,
  does: string,
  patienceMs: number,
  perHost: boolean = false,
): MechanismRow => ({ name, does, patienceMs, perHost })

export const mechanismRows: readonly MechanismRow[] = [
  row('claim', 'the dispatcher takes ready tasks for its agents', 10 * minute, true),
  row('time', 'the dispatcher releases what is due', 10 * minute),
  row('after', 'the settlement of a task releases whoever waits for it', 10 * minute),
]

/** The row of a mechanism; null for one that is not in the list. */
export const rowOfMechanism = (name: string): MechanismRow | null =>
  mechanismRows.find((one) => one.name === name) ?? null
