// The list of mechanisms: whatever is supposed to move work by itself stands here, with its patience. What does not
// stand here moves nothing; a hold that none of these serves is refused at creation. One of several of a kind has its name behind a
// colon: `calm:night`, `sensors:inbox`, `reconcile:ready-is-free`.

import type { MechanismRow } from './mechanism.ts'
import { type Refusal, refusal } from './refusal.ts'

const minute = 60_000

const row = (name: string, does: string, more: Partial<MechanismRow> = {}): MechanismRow => ({
  name,
  does,
  serves: [],
  patienceMs: 10 * minute,
  firesWithinMs: 180 * minute,
  perHost: false,
  ...more,
})

export const mechanismRows: readonly MechanismRow[] = [
  row('claim', 'the dispatcher takes ready tasks for its agents', { perHost: true }),
  row('time', 'the dispatcher releases what is due', { serves: ['time'] }),
  row('after', 'the settlement of a task releases whoever waits for it', { serves: ['after'] }),
  row('review', 'the decision of a review settles its work or returns it', { serves: ['review'] }),
  row('gates', 'the dispatcher probes lanes whose time has come'),
  row('calm', 'the window opens where the machine is calm', {
    perHost: true,
    // Its own incident comes first, after the window's `tellAfter`.
    patienceMs: 24 * 60 * minute,
  }),
  row('check', 'the dispatcher looks, and releases when it is met', { serves: ['check'] }),
  row('locks', 'the release or the end of the lock or work key', { serves: ['lock', 'work'] }),
  row('effects', 'the dispatcher asks what became of an effect in doubt', {
    patienceMs: 60 * minute,
  }),
  row('notify', 'people are told of incidents', { patienceMs: 60 * minute }),
  row('sensors', 'sensors look at the world', {
    patienceMs: 24 * 60 * minute,
    firesWithinMs: null,
  }),
  row('schedules', 'due schedules make their tasks'),
  row('prune', 'the dispatcher prunes what is old'),
  row('backup', 'the dispatcher copies the database', { patienceMs: 60 * minute, perHost: true }),
  row('report', 'the dispatcher sends the report by the clock', { patienceMs: 60 * minute }),
  row('vacuum', 'the dispatcher gives empty pages back to the disk', {
    patienceMs: 24 * 60 * minute,
    perHost: true,
  }),
  row('outputs', 'the dispatcher keeps the output of sessions within its room', {
    patienceMs: 30 * minute,
    perHost: true,
  }),
  row('budget', 'the dispatcher keeps what is spent within its caps'),
  row('worktrees', 'worktrees of settled tasks that hold nothing are removed', {
    perHost: true,
    patienceMs: 180 * minute, // it fires once an hour
    firesWithinMs: 360 * minute,
  }),
  row('reconcile', 'rows that break a law of the house are mended', {
    patienceMs: 6 * 60 * minute,
  }),
  row('person', 'a person releases, who was told', { serves: ['person'] }),
]

/** The row of a mechanism; null for one that is not in the list. One of several, as `calm:night`, has the row of its kind. */
export const rowOfMechanism = (name: string): MechanismRow | null =>
  mechanismRows.find((one) => one.name === name || name.startsWith(`${one.name}:`)) ?? null

/** The mechanism that serves holds of this kind; null when none does. */
export const mechanismServing = (kind: string): MechanismRow | null =>
  mechanismRows.find((one) => one.serves.includes(kind)) ?? null

/** Why a hold of this kind is not put: nothing would ever release it. Null when something serves it. */
export function unserved(kind: string): Refusal | null {
  if (mechanismServing(kind) !== null) return null
  const served = mechanismRows.flatMap((one) => one.serves)
  return refusal(
    'hold.unserved',
    `nothing releases holds of kind ${kind}`,
    `a hold is one of: ${served.join(', ')}`,
  )
}
