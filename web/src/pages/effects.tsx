// What was done to the world, once each. What may have happened stands first: it waits to be asked about, or for a person.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'

import { call } from '../lib/api.ts'
import { Act, Empty, Failed, Got, Loading, PageHead, Section } from '../parts/basics.tsx'
import { EffectLine } from '../parts/effect-line.tsx'

export function Effects() {
  return (
    <div className="mx-auto grid max-w-6xl gap-4">
      <PageHead title="Effects" note="done to the world, once, by key" />
      <InDoubt />
      <Newest />
    </div>
  )
}

function InDoubt() {
  const doubts = useQuery({
    queryKey: ['effects', 'uncertain'],
    queryFn: ({ signal }) => call('listEffects', { state: 'uncertain', limit: 200 }, signal),
    refetchInterval: 15_000,
  })
  return (
    <Section title="In doubt" aside="nothing of these is done again before it is known">
      <Got of={doubts}>
        {({ effects }) =>
          effects.length === 0 ? (
            <Empty>No effect is in doubt.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {effects.map((one) => (
                <EffectLine key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Got>
    </Section>
  )
}

function Newest() {
  const pages = useInfiniteQuery({
    queryKey: ['effects', 'all'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('listEffects', { ...(pageParam !== undefined && { before: pageParam }) }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const all = pages.data?.pages.flatMap((page) => page.effects) ?? []
  return (
    <Section title="Newest first">
      {pages.error && (
        <Failed error={pages.error} again={pages.refetch} old={pages.data !== undefined} />
      )}
      {pages.data === undefined && pages.isFetching && <Loading rows={5} />}
      {pages.data !== undefined && all.length === 0 && !pages.hasNextPage && (
        <Empty>Nothing has been done to the world through Midwatch.</Empty>
      )}
      <ul className="divide-y divide-line">
        {all.map((one) => (
          <EffectLine key={one.id} one={one} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <div className="p-2">
          <Act onPress={() => void pages.fetchNextPage()} busy={pages.isFetchingNextPage}>
            Show more
          </Act>
        </div>
      )}
    </Section>
  )
}
