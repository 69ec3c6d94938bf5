// Deeds at reviews: a person who decides one himself, one who is not sure that it was heard and says it again, and one who
// looks at an old page or would rather let the work go unjudged.

import { by, type Deed, type PeopleDeps, taskDeed, tellOf } from './contract.ts'

export const reviewDeeds: readonly Deed[] = [
  taskDeed('judge', async ({ world }, _taskId, { ref, now }) => {
    const [, review] = (await oldestReviewed(world, ref)) ?? []
    if (review === undefined) return
    const decided = { reviewTask: review, attemptId: null, text: 'seen', by, now }
    tellOf(world)(await world.store.decideReview({ ...decided, decision: 'approve' }))
    tellOf(world)(await world.store.decideReview({ ...decided, decision: 'approve' }))
  }),
  taskDeed('unjudged', async ({ world }, _taskId, { ref, now }) => {
    const [judged] = (await oldestReviewed(world, ref)) ?? []
    if (judged === undefined) return
    for (const { id, release } of await world.store.holdsOf(judged, true))
      if (release.kind === 'review')
        tellOf(world)(await world.store.release({ holdId: id, by, now }))
  }),
]

/** Work that waits for its review and that review's first offer, else what was last reviewed; null where nothing was. */
async function oldestReviewed(
  { store, wants, taskIds }: PeopleDeps['world'],
  ref: string,
): Promise<readonly [judged: number, review: number] | null> {
  let last: readonly [number, number] | null = null
  for (const want of wants.values()) {
    const judged = want.traits['reviewed'] === undefined ? undefined : taskIds.get(want.ref)
    const first = judged === undefined ? undefined : (await store.reviewsOf(judged))[0]
    if (judged === undefined || first === undefined) continue
    last = [judged, first.taskId]
    if ((await store.task(judged))?.state === 'held') return last
    if (want.ref === ref) break
  }
  return last
}
