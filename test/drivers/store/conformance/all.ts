// The whole suite, in the order in which a task meets the verbs.

import { describe } from 'vitest'

import { editing } from './edit.ts'
import { guardedLedger } from './effect-guards.ts'
import { ledger } from './effects.ts'
import { enqueueing } from './enqueue.ts'
import { scheduling } from './schedules.ts'
import { auditing } from './audit.ts'
import { findings } from './finding.ts'
import { replying } from './replies.ts'
import { calming } from './calm.ts'
import { locking } from './locks.ts'
import { claiming } from './claim.ts'
import { folding } from './fold.ts'
import { gating } from './gates.ts'
import { guarding } from './guards.ts'
import { holding } from './hold.ts'
import { dutiful } from './duties.ts'
import { hosting } from './hosts.ts'
import { keeping } from './keeping.ts'
import { mechanics } from './mechanisms.ts'
import { launching } from './launch.ts'
import { probingGates } from './probing.ts'
import { counting } from './activity.ts'
import { paging } from './paging.ts'
import { quotaing } from './quota.ts'
import { pulsing } from './pulses.ts'
import { reading } from './reading.ts'
import { overlooking } from './overlooked.ts'
import { coming } from './provenance.ts'
import { reconciling } from './reconcile.ts'
import { settling } from './settle.ts'
import { finishing } from './finish.ts'
import { choosing } from './accounts.ts'
import { telling } from './telling.ts'
import { waiting } from './waiting.ts'
import { waits } from './waits.ts'
import { watching } from './watch.ts'
import { convoying } from './convoys.ts'
import { reviewing } from './reviews.ts'
import { probingNow } from './probe-now.ts'
import type { MakeWorld } from './world.ts'

const parts = [
  enqueueing,
  editing,
  coming,
  holding,
  waiting,
  claiming,
  launching,
  watching,
  probingNow,
  settling,
  finishing,
  reviewing,
  convoying,
  gating,
  choosing,
  folding,
  probingGates,
  telling,
  ledger,
  guardedLedger,
  hosting,
  dutiful,
  pulsing,
  counting,
  quotaing,
  reading,
  keeping,
  mechanics,
  reconciling,
  overlooking,
  waits,
  locking,
  paging,
  calming,
  auditing,
  findings,
  replying,
  scheduling,
  guarding,
]

/** Judges every fact of the suite on one driver. */
export const conformsToTheContract = (driver: string, makeWorld: MakeWorld): void => {
  describe(`the store on ${driver}`, () => {
    for (const part of parts) part(makeWorld)
  })
}
