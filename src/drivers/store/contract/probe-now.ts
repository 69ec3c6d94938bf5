// Probing a shut lane before its time, by a person's word: what the API and the page offer beyond `midwatch gate`.

import type { Fenced } from '../../../model/refusal.ts'

export interface ProbeNowVerbs {
  /** shut → probing, by a person's word, before its time. Refused for a lane that is not shut. */
  probeNow(input: { lane: string; by: string; reason: string; now: number }): Promise<Fenced>
}
