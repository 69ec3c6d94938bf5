// What waits for me, each with its remedy.

import { useQuery } from '@tanstack/react-query'

import { call } from '../lib/api.ts'
import { Empty, Got, PageHead } from '../parts/basics.tsx'
import { Needs } from '../parts/needs.tsx'

export function Inbox() {
  const inbox = useQuery({
    queryKey: ['watch', 'inbox'],
    queryFn: ({ signal }) => call('inbox', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Inbox" note="what waits for a person" />
      <Got of={inbox}>
        {({ needs }) =>
          needs.length === 0 ? (
            <div className="panel">
              <Empty>Nothing waits for you.</Empty>
            </div>
          ) : (
            <Needs needs={needs} />
          )
        }
      </Got>
    </div>
  )
}
