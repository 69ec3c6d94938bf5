// Holds by reviews are few; whoever looks for one that nobody answers any more finds them without walking the others.

import type { Migration } from './contract.ts'

const index = [
  `CREATE INDEX holds_review ON holds (task_id) WHERE released_at IS NULL AND kind = 'review'`,
]

export const reviewsLive: Migration = {
  id: 13,
  name: 'reviews-live',
  sqlite: index,
  postgres: index,
}
