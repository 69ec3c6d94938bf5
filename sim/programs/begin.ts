// Begins the program of a started session, with the wanted work that stands in its order.

import { present } from '../../src/base/assert.ts'
import { addAlong } from '../additions.ts'
import { printAlong } from '../printing.ts'
import { Session } from '../session.ts'
import { leaveWork } from '../worktrees.ts'
import { tokensIn } from '../trespass.ts'
import type { World } from '../world.ts'
import type { StartedSession } from '../wrapper.ts'
import { programs } from './all.ts'
import { asReview, runReview } from './review.ts'

/** `nthOf` tells how many sessions of this work there were. */
export function beginProgram(
  world: World,
  started: StartedSession,
  nthOf: (ref: string) => number,
): void {
  const { attemptId } = started.order
  const ref = refOf(started)
  const isReview = judges(started)
  const wanted = ref === null ? undefined : world.wants.get(ref)
  const task = isReview && wanted !== undefined ? asReview(wanted) : wanted
  if (task === undefined) throw new Error(`the world knows no work behind attempt ${attemptId}`)
  const session = new Session(
    world,
    started,
    task,
    nthOf(isReview ? `review of ${task.ref}` : task.ref),
  )
  if (!session.tokenIsOwn())
    throw new Error(`attempt ${attemptId} was given a token that is not its own`)
  addAlong(session)
  printAlong(session)
  if (!isReview) leaveWork(session)
  tokensIn(world).set(attemptId, started.order.env['MIDWATCH_TOKEN'] ?? '')
  if (isReview) runReview(session)
  else present(programs[task.kind], 'there is a program for every kind of work')(session)
}

/** Whether the order is to judge another task's work. */
const judges = ({ order }: StartedSession): boolean =>
  /\bJudge the work of task \d+\./.test(order.stdin || order.args.join(' '))

/** The wanted work, as it stands in the order. */
function refOf({ order }: StartedSession): string | null {
  const text = order.stdin || order.args.join(' ')
  return /\[\[([\w-]+)\]\]/.exec(text)?.[1] ?? null
}
