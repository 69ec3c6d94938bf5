// Law: a task in review has exactly one live review, or waits for a person; its maker never judges it; and what is reviewed is
// done by an approval or by a person's word alone.

import type { Bench, Checker } from './contract.ts'

interface Seen {
  /** Live reviews of each task. */
  readonly live: Map<number, Set<number>>
  /** Whose work each review judges. */
  readonly makers: Map<number, { readonly judged: number; readonly maker: string }>
  readonly approved: Set<number>
}

const seenOf = new WeakMap<Bench['journal'], Seen>()
const seen = ({ journal }: Bench): Seen => {
  const known = seenOf.get(journal) ?? { live: new Map(), makers: new Map(), approved: new Set() }
  seenOf.set(journal, known)
  return known
}

export const reviews: Checker = {
  law: 'a task in review has one live review',
  invariants: [29],
  fact(bench, { taskId, body }) {
    const { live, makers, approved } = seen(bench)
    if (taskId === null) return
    if (body.kind === 'review.offered') {
      bench.world.truth.count('reviews offered')
      const its = live.get(taskId) ?? new Set()
      its.add(body.reviewTask)
      live.set(taskId, its)
      makers.set(body.reviewTask, { judged: taskId, maker: body.maker })
    }
    if (body.kind === 'review.decided' && body.decision === 'approve') approved.add(taskId)
    const judges = makers.get(taskId)
    if (judges === undefined) return
    if (body.kind === 'task.settled') live.get(judges.judged)?.delete(taskId)
    if (body.kind === 'attempt.claimed' && body.agent === judges.maker)
      bench.accuse(`agent ${body.agent} judges its own work at task ${judges.judged}`, taskId)
  },
  look(bench) {
    for (const [judged, its] of seen(bench).live)
      if (its.size > 1)
        bench.accuse(`task ${judged} has ${its.size} live reviews: ${[...its].join(', ')}`, judged)
  },
  end(bench, { tasks, holds }) {
    const { live, approved } = seen(bench)
    for (const task of tasks) {
      const inReview = (holds.get(task.id) ?? []).some(
        ({ release, releasedAt }) => release.kind === 'review' && releasedAt === null,
      )
      if (inReview && (live.get(task.id)?.size ?? 0) !== 1)
        bench.accuse(`task ${task.id} is in review and has no live review`, task.id)
      const isOurs = task.state === 'settled' && /^attempt \d+$/.test(task.settledBy)
      if (isOurs && task.outcome === 'done' && task.order.review === true && !approved.has(task.id))
        bench.accuse(`task ${task.id} is done, though nobody approved of it`, task.id)
    }
  },
}
