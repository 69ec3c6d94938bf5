// Refusals as they are kept: not each of them, but since when, until when and how often somebody was refused for one reason,
// so that "why did nothing happen at three" is answered the next morning.

import type { Refusal } from './refusal.ts'

export interface KeptRefusal extends Refusal {
  readonly host: string
  /** Who was refused: an agent, or a demand. */
  readonly subject: string
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
}

export type TellRefusal = (subject: string, refusal: Refusal) => void

/** A refusal that comes again after so long is another one. */
export const refusalGapMs = 10 * 60_000
