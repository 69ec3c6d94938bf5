// Does somebody have this lock, or this piece of work? Pure: one judge for the claim, for whoever acquires, and for who only looks.

import { isoTime } from '../../../base/when.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import type { LocksTable } from '../schema.ts'

/** What became of a held row: it still holds, or may be taken, and why. */
export type Standing = 'held' | 'free' | 'expired' | 'orphaned' | 'bricked'

/** A row with what it stands on: whether the attempt it names is not ended. */
export interface HeldRow {
  readonly row: LocksTable
  readonly runs: boolean
}

/** Judges a row of either table: `heldStates` are the states in which somebody has it. */
export function standing(
  row: Pick<LocksTable, 'state' | 'until' | 'attempt_id'>,
  heldStates: readonly string[],
  runs: boolean,
  now: number,
): Standing {
  if (row.state === 'free') return 'free'
  if (!heldStates.includes(row.state)) return 'bricked'
  if (row.until !== null && row.until <= now) return 'expired'
  if (row.attempt_id === null) return row.until === null ? 'bricked' : 'held'
  return runs ? 'held' : 'orphaned'
}

/** In these states somebody has a lock. */
export const taken: readonly string[] = ['held']

/** Who has it, since when, until when, and what to do. */
export function isHeld(row: LocksTable): Refusal {
  const until =
    row.until === null ? `until attempt ${row.attempt_id} ends` : `until ${isoTime(row.until)}`
  return refusal(
    'lock.held',
    `the lock ${row.name} is held by ${row.holder} since ${isoTime(row.since)}, ${until}`,
    `wait with --wait, or \`midwatch lock release ${row.name} --force\` if nobody works under it`,
  )
}
