// Every rule and every invariant, in the order in which they look: rows that cannot be read first, for whoever mends the
// others reads them; then what was settled or ended; then who holds what. A new one is a file and a line here.

import type { Invariant, Rule } from './law.ts'
import { leaseIsKept } from './invariants/lease-is-kept.ts'
import { oneAttemptPerTask } from './invariants/one-attempt-per-task.ts'
import { attemptHasItsTask } from './rules/attempt-has-its-task.ts'
import { doneByItsKey } from './rules/done-by-its-key.ts'
import { dueIsReleased } from './rules/due-is-released.ts'
import { effectIsHeld } from './rules/effect-is-held.ts'
import { endedWhenGone } from './rules/ended-when-gone.ts'
import { endedStays } from './rules/ended-stays.ts'
import { heldBySomething } from './rules/held-by-something.ts'
import { holdsHaveTasks } from './rules/holds-have-tasks.ts'
import { locksHaveHolders } from './rules/locks-have-holders.ts'
import { readableAttempt } from './rules/readable-attempt.ts'
import { readableHold } from './rules/readable-hold.ts'
import { readableTask } from './rules/readable-task.ts'
import { readyIsFree } from './rules/ready-is-free.ts'
import { readyIsServed } from './rules/ready-is-served.ts'
import { reviewIsLive } from './rules/review-is-live.ts'
import { foldersHaveAttempts, worktreesHaveTasks } from './rules/remains-have-owners.ts'
import { settledStays } from './rules/settled-stays.ts'
import { settledWaitsForNothing } from './rules/settled-waits-for-nothing.ts'
import { shutIsProbed } from './rules/shut-is-probed.ts'
import { takenByItsAttempt } from './rules/taken-by-its-attempt.ts'
import { waitIsAnswered } from './rules/wait-is-answered.ts'

export const rules: readonly Rule[] = [
  readableTask,
  readableHold,
  readableAttempt,
  settledStays,
  doneByItsKey,
  endedStays,
  takenByItsAttempt,
  waitIsAnswered,
  heldBySomething,
  readyIsFree,
  settledWaitsForNothing,
  holdsHaveTasks,
  readyIsServed,
  reviewIsLive,
  attemptHasItsTask,
  dueIsReleased,
  shutIsProbed,
  endedWhenGone,
  effectIsHeld,
  locksHaveHolders,
  foldersHaveAttempts,
  worktreesHaveTasks,
]

export const invariants: readonly Invariant[] = [leaseIsKept, oneAttemptPerTask]
