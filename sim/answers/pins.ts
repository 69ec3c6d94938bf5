// Resets what is pinned: whatever it was, the person has seen to it. A budget is meant so: it opens by its time.

import { budgetName } from '../../src/model/budget.ts'
import { by, type PeopleDeps } from '../deeds/contract.ts'

/** See Answer. */
export async function answerPins({ world }: PeopleDeps, now: number): Promise<number> {
  let answered = 0
  for (const gate of await world.store.gates()) {
    if (gate.state !== 'pinned' || gate.by === budgetName) continue
    await world.store.resetGate({ lane: gate.lane, by, reason: 'answered', now })
    answered += 1
  }
  return answered
}
