// Why tasks wait, by class: how many, since when, and whether what releases them is alive. Then the holds themselves, the
// oldest first, page by page.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer, Ask } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { useMore } from '../lib/paged.ts'
import { humane, useNow } from '../lib/time.ts'
import { Chip, Empty, Failed, Got, Loading, PageHead, Section, When } from '../parts/basics.tsx'
import { More } from '../parts/more.tsx'

type Line = Answer<'listHolds'>['classes'][number]
type Kind = NonNullable<Ask<'listHolds'>['kind']>

export function Holds() {
  const [chosen, setChosen] = useState<Kind | null>(null)
  const holds = useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => call('listHolds', { limit: 10 }, signal),
    refetchInterval: 15_000,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Holds" note="every hold names what ends it" />
      <Got of={holds} rows={6}>
        {({ classes, holds: oldest }) =>
          classes.length === 0 ? (
            <div className="panel">
              <Empty>No task is held, and none waits for calm.</Empty>
            </div>
          ) : (
            <div className="grid gap-4">
              <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
                {classes.map((line) => (
                  <Class
                    key={line.class}
                    line={line}
                    chosen={chosen === line.class}
                    onChoose={() => setChosen(chosen === line.class ? null : (line.class as Kind))}
                  />
                ))}
              </ul>
              {chosen === null ? (
                <Section title="Held tasks" aside="the oldest of each class">
                  <Lines holds={oldest} />
                </Section>
              ) : (
                <Pages key={chosen} kind={chosen} />
              )}
            </div>
          )
        }
      </Got>
    </div>
  )
}

function Class(props: { line: Line; chosen: boolean; onChoose: () => void }) {
  const { line, chosen, onChoose } = props
  const now = useNow()
  const isCalm = line.class.startsWith('calm:')
  return (
    <li
      className={`panel px-3 py-2.5 ${chosen ? 'border-accent' : ''} ${line.flag === null ? '' : 'border-bad'}`}
    >
      <h2 className="flex items-baseline gap-2 font-semibold">
        {isCalm ? (
          <Link to="/calm" search={{}} className="hover:underline">
            {line.class}
          </Link>
        ) : (
          <button
            type="button"
            aria-pressed={chosen}
            onClick={onChoose}
            className="min-h-[24px] hover:underline"
          >
            {line.class}
          </button>
        )}
        <span className="ml-auto text-lg">{line.waiting.toLocaleString('en')}</span>
      </h2>
      <p className="text-soft first-letter:uppercase">{line.does}</p>
      <p className="mt-1 text-xs text-faint">
        oldest <When iso={line.oldest} now={now} />
        {line.lastReleasedAt && (
          <>
            , last released <When iso={line.lastReleasedAt} now={now} />
          </>
        )}
      </p>
      {line.needPerson > 0 && (
        <Chip tone="waiting">
          {line.needPerson} {line.needPerson === 1 ? 'needs' : 'need'} a person
        </Chip>
      )}
      {line.flag && (
        <p className="mt-1 text-bad first-letter:uppercase">{humane(line.flag, now)}</p>
      )}
    </li>
  )
}

/** All of one class: those that a person has to end first. */
function Pages({ kind }: { kind: Kind }) {
  const pages = useInfiniteQuery({
    queryKey: ['holds', kind],
    initialPageParam: { person: true, after: undefined as string | undefined },
    queryFn: async ({ pageParam: { person, after }, signal }) => {
      const ask = { kind, person, limit: 100, ...(after !== undefined && { after }) }
      const { holds, next } = await call('listHolds', ask, signal)
      return { holds, next, person }
    },
    getNextPageParam: ({ next, person }) => {
      if (next !== null) return { person, after: next }
      return person ? { person: false, after: undefined } : undefined
    },
  })
  const more = useMore(pages)
  const holds = pages.data?.pages.flatMap((page) => page.holds) ?? []
  return (
    <Section title={`Held by ${kind}`} aside={`${holds.length.toLocaleString('en')} shown`}>
      {pages.error && (
        <Failed error={pages.error} again={pages.refetch} old={pages.data !== undefined} />
      )}
      {pages.data === undefined && pages.isFetching ? <Loading /> : <Lines holds={holds} />}
      <More of={more} />
    </Section>
  )
}

function Lines({ holds }: { holds: Answer<'listHolds'>['holds'] }) {
  const now = useNow()
  if (holds.length === 0) return <Empty>None of them is a hold.</Empty>
  return (
    <ul className="divide-y divide-line">
      {holds.map((hold) => (
        <li key={hold.id}>
          <Link
            to="."
            search={{ task: hold.taskId }}
            className="flex flex-wrap gap-x-3 px-3 py-1.5 hover:bg-sunken"
          >
            <span className="w-10 text-faint">{hold.taskId}</span>
            <span className="md:w-16">
              <Chip tone={hold.needsPerson ? 'bad' : 'waiting'}>{hold.kind}</Chip>
            </span>
            <span className="min-w-0 flex-1 truncate md:flex-none md:basis-64">{hold.title}</span>
            <span className="order-last min-w-0 basis-full text-soft md:order-none md:flex-1 md:basis-0 md:truncate">
              {humane(hold.release, now)}
            </span>
            <span className="text-xs text-faint">
              <When iso={hold.since} now={now} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
