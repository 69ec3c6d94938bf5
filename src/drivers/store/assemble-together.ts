// The verbs of reviews and convoys over an executor.

import type { TogetherVerbs } from './contract/together.ts'
import type { Executor } from './script.ts'
import { convoys } from './verbs/convoy-rows.ts'
import * as convoyVerbs from './verbs/convoys.ts'
import { mendReview, unreviewed } from './verbs/review-offer.ts'
import { review, reviewsOf } from './verbs/review-rows.ts'
import * as reviews from './verbs/reviews.ts'

export const togetherVerbs = ({ write, read }: Executor): TogetherVerbs => ({
  offerReview: (input) => write(() => reviews.offerReview(input)),
  decideReview: (input) => write(() => reviews.decideReview(input)),
  unreviewed: (limit) => read(() => unreviewed(limit)),
  mendReview: (input) => write(() => mendReview(input)),
  reviewsOf: (judged) => read(() => reviewsOf(judged)),
  review: (taskId) => read(() => review(taskId)),
  createConvoy: (input) => write(() => convoyVerbs.createConvoy(input)),
  changeConvoy: (input) => write(() => convoyVerbs.changeConvoy(input)),
  convoy: (id) => read(() => convoyVerbs.convoy(id)),
  convoys: (filter) => read(() => convoys(filter)),
})
