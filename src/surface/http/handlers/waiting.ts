// What waits, what stands together, and what was spent: counted in the store, and shown page by page.

import { isoTime } from '../../../base/when.ts'
import { type HoldKind, holdKinds } from '../../../model/hold.ts'
import type { Review } from '../../../model/review.ts'
import { auditWaits } from '../../../loops/dispatch/audit.ts'
import type { TitledHold } from '../../../drivers/store/contract/finding.ts'
import { holdShape } from '../../cli/shapes.ts'
import { taskOf } from '../../cli/task-of.ts'
import { pageOf } from '../../paging.ts'
import type { waitingRoutes } from '../contract/waiting.ts'
import type { House } from '../house.ts'
import { refusalOf } from '../problem.ts'
import type { Handlers } from './call.ts'

const time = (ms: number | null) => (ms === null ? null : isoTime(ms))

export const waitingHandlers: Handlers<keyof typeof waitingRoutes> = {
  async listHolds({ house, query }) {
    const { store, clock, current } = house
    const lines = await auditWaits({ store, clock, config: current().config })
    const classes = lines.map((line) => ({
      ...line,
      oldest: isoTime(line.oldest),
      lastFiredAt: time(line.lastFiredAt),
      lastReleasedAt: time(line.lastReleasedAt),
    }))
    const { kind, person, limit } = query
    if (kind === undefined) return { classes, ...(await oldestOfEach(house, person, limit)) }
    return { classes, ...(await pageOfKind(house, { ...query, kind, person: person ?? false })) }
  },
  async openReviews({ house: { store }, query }) {
    const asked = { kind: 'review', person: false, ...query } as const
    const { rows, next } = await liveHoldsFrom(store, asked)
    const reviews = await Promise.all(
      rows.map(async ({ hold, title }) =>
        (await store.reviewsOf(hold.taskId))
          .filter((one) => one.decision === null)
          .map((one) => ({ ...reviewView(one), title })),
      ),
    )
    return { reviews: reviews.flat(), next }
  },
  async listReviews({ house: { store }, params }) {
    await taskOf(store, params.id)
    return { reviews: (await store.reviewsOf(params.id)).map(reviewView) }
  },
  async decideReview({ house, who, params, body }) {
    const answer = await house.store.decideReview({
      reviewTask: params.id,
      attemptId: null,
      ...body,
      by: who.by,
      now: house.clock.now(),
    })
    if (!answer.ok) throw refusalOf(answer.refusal)
    house.store.poke()
    return { judged: answer.judged, askedPerson: answer.askedPerson }
  },
}

const reviewView = ({ taskId, ...one }: Review) => ({
  ...one,
  task: taskId,
  offeredAt: isoTime(one.offeredAt),
  decidedAt: time(one.decidedAt),
})

const lineOf = ({ hold, title }: TitledHold) => ({ ...holdShape(hold), title })

/** The oldest holds of each kind, those first that only a person ends; or one of both alone. */
async function oldestOfEach({ store }: House, person: boolean | undefined, limit: number) {
  const wanted = person === undefined ? [true, false] : [person]
  const pages = await Promise.all(
    wanted.flatMap((needsPerson) =>
      holdKinds.map((kind) => store.liveHolds({ kind, needsPerson, after: null, limit })),
    ),
  )
  return { holds: pages.flat().map(lineOf), next: null }
}

interface HoldPage {
  readonly kind: HoldKind
  readonly person: boolean
  readonly after?: string | undefined
  readonly limit: number
}

/** The live holds that come after the cursor `since.id`, the oldest first. */
const liveHoldsFrom = (store: House['store'], { kind, person, after, limit }: HoldPage) => {
  const [since = 0, id = 0] = (after ?? '').split('.').map(Number)
  const from = after === undefined ? null : { since, id }
  const find = (limit: number) => store.liveHolds({ kind, needsPerson: person, after: from, limit })
  return pageOf(limit, find, ({ hold }) => `${hold.since}.${hold.id}`)
}

async function pageOfKind({ store }: House, asked: HoldPage) {
  const { rows, next } = await liveHoldsFrom(store, asked)
  return { holds: rows.map(lineOf), next }
}
