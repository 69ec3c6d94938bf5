// A convoy: tasks that land together. It lands when every member is done, by itself or by a later task that does it
// again; a failed member never counts as landed (gastown#4058: a convoy landed with no code in it).

import type { Outcome } from './task.ts'
import type { TaskState } from './transitions.ts'

export interface ConvoyMember {
  readonly taskId: number
  readonly title: string
  readonly state: TaskState
  readonly outcome: Outcome | null
  /** The later task in its chain of `againOf` that is done in its place; null when it is done itself, or nothing is. */
  readonly doneBy: number | null
}

export interface Convoy {
  readonly id: number
  readonly title: string
  readonly createdAt: number
  readonly createdBy: string
  /** The task that lands it; null when its members are all there is to it. */
  readonly landingTask: number | null
  readonly landedAt: number | null
}

export interface ConvoyTally {
  readonly done: number
  readonly failed: number
  /** Cancelled, with nothing done in its place. */
  readonly skipped: number
  readonly open: number
}

export const isDone = (member: ConvoyMember): boolean =>
  member.outcome === 'done' || member.doneBy !== null

export function tallyOf(members: readonly ConvoyMember[]): ConvoyTally {
  const tally = { done: 0, failed: 0, skipped: 0, open: 0 }
  for (const member of members) tally[placeOf(member)] += 1
  return tally
}

function placeOf(member: ConvoyMember): keyof ConvoyTally {
  if (isDone(member)) return 'done'
  if (member.outcome === 'failed') return 'failed'
  return member.outcome === 'cancelled' ? 'skipped' : 'open'
}

/** The key under which a convoy's landing is made once. */
export const landingKey = (convoyId: number): string => `convoy:${convoyId}:landing`
