// Deeds at reviews: a person who decides one himself, from an old page first, and is not sure that it was heard; and one who
// would rather let the work go unjudged.

import { by, type Deed, type PeopleDeps, taskDeed, tellOf } from './contract.ts'

export const reviewDeeds: readonly Deed[] = [
  taskDeed('judge', async ({ world }, _taskId, { ref, now }) => {
    const { store } = world
    const judged = await mostReviewed(world, ref)
    if (judged === null) return
    const [first, ...others] = (await store.reviewsOf(judged)).map(({ taskId }) => taskId)
    for (const reviewTask of [first, others.at(-1) ?? first, first]) {
      if (reviewTask === undefined) return
      const decided = { reviewTask, attemptId: null, text: 'seen', by, now }
      tellOf(world)(await store.decideReview({ ...decided, decision: 'approve' }))
    }
  }),
  taskDeed('unjudged', async ({ world }, _taskId, { ref, now }) => {
    const judged = await mostReviewed(world, ref)
    if (judged === null) return
    for (const { id, release } of await world.store.holdsOf(judged, true))
      if (release.kind === 'review')
        tellOf(world)(await world.store.release({ holdId: id, by, now }))
  }),
]

/** Of the work that waits for its review, what was reviewed most; else what was reviewed last; null where nothing was. */
async function mostReviewed(
  { store, wants, taskIds }: PeopleDeps['world'],
  ref: string,
): Promise<number | null> {
  let found: number | null = null
  let most = 0
  for (const want of wants.values()) {
    const judged = want.traits['reviewed'] === undefined ? undefined : taskIds.get(want.ref)
    const reviews = judged === undefined ? 0 : (await store.reviewsOf(judged)).length
    if (judged === undefined || reviews === 0) continue
    const weight = (await store.task(judged))?.state === 'held' ? reviews : 0
    if (weight >= most) [found, most] = [judged, weight]
    if (want.ref === ref) break
  }
  return found
}
