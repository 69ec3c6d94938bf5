// Every law about rows by its name; the compiler asks for the one that is missing.

import type { RowLawName } from '../../../../model/row-law.ts'
import { attemptHasItsTask } from './attempt-has-its-task.ts'
import { doneByItsKey } from './done-by-its-key.ts'
import { endedStays } from './ended-stays.ts'
import { heldBySomething } from './held-by-something.ts'
import type { RowLaw } from './law.ts'
import { readableAttempt } from './readable-attempt.ts'
import { readableHold } from './readable-hold.ts'
import { readableTask } from './readable-task.ts'
import { readyIsFree } from './ready-is-free.ts'
import { settledStays } from './settled-stays.ts'
import { settledWaitsForNothing } from './settled-waits-for-nothing.ts'
import { takenByItsAttempt } from './taken-by-its-attempt.ts'
import { waitIsAnswered } from './wait-is-answered.ts'

export const rowLaws: Readonly<Record<RowLawName, RowLaw>> = {
  'readable-task': readableTask,
  'readable-hold': readableHold,
  'readable-attempt': readableAttempt,
  'settled-stays': settledStays,
  'done-by-its-key': doneByItsKey,
  'ended-stays': endedStays,
  'taken-by-its-attempt': takenByItsAttempt,
  'wait-is-answered': waitIsAnswered,
  'held-by-something': heldBySomething,
  'ready-is-free': readyIsFree,
  'settled-waits-for-nothing': settledWaitsForNothing,
  'attempt-has-its-task': attemptHasItsTask,
}
