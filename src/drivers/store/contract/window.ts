// The one thing that the window does to lanes and the command line's gates do not: probing a shut one before its time.

import type { Fenced } from '../../../model/refusal.ts'

export interface WindowVerbs {
  /** shut → probing, by a person's word, before its time. Refused for a lane that is not shut. */
  probeNow(input: { lane: string; by: string; reason: string; now: number }): Promise<Fenced>
}
