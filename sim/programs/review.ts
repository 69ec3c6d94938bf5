// A reviewer's session: it reads, and decides by the verb that `midwatch review` calls, or ends without a decision. Whatever ails
// the services ails it as well.

import type { Session } from '../session.ts'
import { dateIn } from '../server.ts'
import { habitOf } from '../traits/reviewed.ts'
import { runClaude } from './claude.ts'

/** The planned work of a session that judges `judged`: good, quick, and silent about itself. */
export const asReview = (judged: Session['task']): Session['task'] => ({
  ...judged,
  kind: 'prompt',
  nature: 'good',
  says: 'none',
  workMs: 90_000,
  verify: 'none',
  leavesChildren: false,
  deaf: false,
  progress: 0,
  traits: { reviewed: judged.traits['reviewed'] },
})

/** Begins the client; its last act is the decision. */
export function runReview(session: Session): void {
  runClaude(session, () => decide(session))
}

function decide(session: Session): void {
  const { world, machine, truth } = session
  const habit = habitOf(session, session.nth)
  world.truth.count(`review ${habit}`)
  if (habit === 'undecided' || machine.ails.sessionsCutOff || machine.ails.storeLost) return
  void (async () => {
    const attempt = await world.store.attempt(truth.attemptId)
    if (attempt === null) return
    const answer = await world.store.decideReview({
      reviewTask: attempt.taskId,
      attemptId: attempt.id,
      decision: habit,
      text: 'as drawn',
      by: `attempt ${attempt.id}`,
      now: dateIn(world),
    })
    if (answer.ok) world.truth.decisions.set(attempt.id, { ref: session.task.ref, decision: habit })
    world.truth.count(answer.ok ? `decided ${habit}` : `decision refused ${answer.refusal.code}`)
    if (answer.ok) world.poke()
  })()
}
