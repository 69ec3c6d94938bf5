// A mechanism: anything that is supposed to move work by itself. Each tells after every firing how much there was to do
// and how much it moved, so that "the timer fired" is never taken for "something happened" (S0, ARCHITECTURE §8).

/** One row of the list of mechanisms: what it moves, and for how long it may have something to do and move nothing. */
export interface MechanismRow {
  readonly name: string
  /** What it does, as the end of "… releases it" in an answer to a person. */
  readonly does: string
  /** The kinds of holds it releases. */
  readonly serves: readonly string[]
  /** Each host has one of its own; else any host's firing is the fleet's. */
  readonly perHost: boolean
  /** With something to do and nothing moved for this long, its post-condition is broken. */
  readonly patienceMs: number
  /** It fires at least this often, whatever there is to do; null where it fires only when there is something. */
  readonly firesWithinMs: number | null
}

/** What one firing tells: how many things it could have moved, and how many it did. */
export interface Firing {
  readonly name: string
  /** How many things there were to do. */
  readonly had: number
  /** How many of them it moved. */
  readonly moved: number
  /** Why it moved nothing although there was something; null or absent when that needs no words. */
  readonly note?: string | null
  /** How many firings this tells of; one when absent. */
  readonly times?: number
  /** How many of these had something to do; when absent, what `had` says of the one. */
  readonly timesHad?: number
}

/** What a firing tells that something cut short: there was something to do, and nothing moved. */
export const cutShort = (name: string, error: unknown): Firing => ({
  name,
  had: 1,
  moved: 0,
  note: String((error as Error)?.message ?? error),
})

/** What a mechanism tells that is not wanted now: nothing is left of what it had to do. */
export const notWanted = (name: string): Firing => ({ name, had: 0, moved: 0 })

/** How many firings with something to do this tells of. */
export const timesHadIn = ({ had, timesHad }: Firing): number => timesHad ?? Number(had > 0)

/** How a mechanism tells of a firing. Never waits and never throws. */
export type TellFiring = (firing: Firing) => void

/** A mechanism as one host knows it. Times are wall times, null until it happened first. */
export interface MechanismState {
  readonly name: string
  readonly host: string
  readonly lastFiredAt: number | null
  readonly lastHadAt: number | null
  readonly lastMovedAt: number | null
  /** Firings told of so far, those among them with something to do, and things moved. */
  readonly fired: number
  readonly had: number
  readonly moved: number
  /** How much there was to do at the newest firing. */
  readonly waiting: number
  /** Since when it has had something to do at every firing and has moved nothing; null while that is not so. */
  readonly stuckSince: number | null
  readonly note: string | null
}

/** Whether the post-condition is broken: something to do for longer than patience allows, and nothing moved. */
export const isStuck = (
  { stuckSince }: Pick<MechanismState, 'stuckSince'>,
  { patienceMs }: Pick<MechanismRow, 'patienceMs'>,
  now: number,
): boolean => stuckSince !== null && now - stuckSince >= patienceMs
