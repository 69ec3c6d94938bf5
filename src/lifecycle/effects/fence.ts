// The room `effects`. Before me: an attempt or a script is about to touch the world. After me: it happened once, and
// everybody knows. I promise: nothing is done again before it is known whether it was done.
//
// Here: whether the holder of a reservation is gone. Pure.

import type { Effect, ReservedEffect } from '../../model/effect.ts'
import type { Standing } from '../../drivers/effects/contract.ts'

/** What is known of the holder of a reservation, seen from this host. */
export interface Sight {
  /** Null for a holder that named no process. */
  readonly process: Standing | null
  readonly attemptOver: boolean
  /** Processes that still make the effect, whoever holds it. */
  readonly performing: number
  readonly now: number
}

/** Beyond its time what makes an effect is ended after this span. */
export const overtimeMs = 30_000

export type Orphanhood =
  | { readonly is: 'held' }
  /** Nobody holds it, but what makes it is over its time: it is ended first. */
  | { readonly is: 'overdue' }
  | { readonly is: 'orphaned'; readonly why: string }

const held: Orphanhood = { is: 'held' }

/**
 * Whether somebody still may say what became of the effect. Who can't be judged from here counts as living, until its
 * attempt is over or its time is: what is only put in doubt loses nothing, for its holder's late word still counts.
 */
export function orphanhood(effect: ReservedEffect, sight: Sight): Orphanhood {
  const { process, attemptOver, performing, now } = sight
  if (performing > 0) return now > effect.until + overtimeMs ? { is: 'overdue' } : held
  if (process === 'gone') return orphaned('its holder is gone')
  if (attemptOver && process !== 'lives') return orphaned('its attempt is over')
  if (now > effect.until + overtimeMs) return orphaned('its holder took longer than it may')
  return held
}

const orphaned = (why: string): Orphanhood => ({ is: 'orphaned', why })

/** The mark of everything that makes this effect, by this reservation. */
export const markOf = (fleetId: string, { id, epoch }: Pick<Effect, 'id' | 'epoch'>): string =>
  `${fleetId}:${id}:${epoch}`

const waitsMs = [2_000, 10_000, 60_000, 5 * 60_000, 30 * 60_000] as const

/** When an effect without an answer is asked about again; and whether a person should know by now. */
export function nextAsking(asked: number, now: number): { askAt: number; tellPerson: boolean } {
  const waitMs = waitsMs[Math.min(asked, waitsMs.length - 1)] ?? 1_800_000
  return { askAt: now + waitMs, tellPerson: asked + 1 >= 4 }
}
