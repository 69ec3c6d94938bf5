// A task in review always has exactly one live review: a review that nobody can give any more is offered again (S2: issues
// that waited for reviews that never came).

import type { Rule } from '../law.ts'

const atOnceMax = 100

export const reviewIsLive: Rule = {
  name: 'review-is-live',
  law: 'a task in review has exactly one live review',
  async find({ store, clock }) {
    const tasks = await store.unreviewed(atOnceMax)
    return tasks.map((judged) => ({
      subject: `task ${judged}`,
      what: 'waits for a review, and none is live',
      async mend() {
        const { offered } = await store.mendReview({ judged, now: clock.now() })
        return offered ? 'its review is offered again' : null
      },
    }))
  },
}
