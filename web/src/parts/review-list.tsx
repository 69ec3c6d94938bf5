// Reviews that wait for a decision, the longest waiting first and page by page.

import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { Empty, Got } from './basics.tsx'
import { More } from './more.tsx'
import { ReviewLine } from './reviews.tsx'

export function OpenReviews() {
  const reviews = usePaged({
    queryKey: ['reviews'],
    ask: (from, signal) =>
      call('openReviews', from === undefined ? {} : { after: String(from) }, signal),
    rowsOf: (page) => page.reviews,
    refetchInterval: 15_000,
  })
  return (
    <>
      <Got of={reviews}>
        {(all) =>
          all.length === 0 ? (
            <Empty>No work waits for a review.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <ReviewLine key={one.task} one={one} title={one.title} />
              ))}
            </ul>
          )
        }
      </Got>
      <More of={reviews.more} />
    </>
  )
}
