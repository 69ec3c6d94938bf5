// Why tasks are held, by class: how many, since when, and whether what releases them is alive.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { call } from '../lib/api.ts'
import { humane, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'

export function Holds() {
  const now = useNow()
  const holds = useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => call('listHolds', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <div className="mx-auto max-w-6xl">
      <PageHead title="Holds" note="every hold names what ends it" />
      <Got of={holds} rows={6}>
        {({ classes, holds: all, whole }) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>No task is held.</Empty>
            </div>
          ) : (
            <div className="grid gap-4">
              <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
                {classes.map((one) => (
                  <li key={one.kind} className="panel px-3 py-2.5">
                    <h2 className="flex items-baseline gap-2 font-semibold">
                      {one.kind} <span className="ml-auto text-lg">{one.waiting}</span>
                    </h2>
                    <p className="text-soft first-letter:uppercase">
                      {one.releasedBy ?? 'nothing releases these'}
                    </p>
                    <p className="mt-1 text-xs text-faint">
                      {one.oldest && (
                        <>
                          oldest <When iso={one.oldest} now={now} />
                        </>
                      )}
                      {one.lastMovedAt && (
                        <>
                          , last released <When iso={one.lastMovedAt} now={now} />
                        </>
                      )}
                    </p>
                    {one.needPerson > 0 && (
                      <Chip tone="waiting">{one.needPerson} need a person</Chip>
                    )}
                  </li>
                ))}
              </ul>
              <Section title="Held tasks" aside={whole ? undefined : 'the newest ones only'}>
                <ul className="divide-y divide-line">
                  {all.map((hold) => (
                    <li key={hold.id}>
                      <Link
                        to="."
                        search={{ task: hold.taskId }}
                        className="flex flex-wrap gap-x-3 px-3 py-1.5 hover:bg-sunken"
                      >
                        <span className="w-10 text-faint">{hold.taskId}</span>
                        <Chip tone={hold.needsPerson ? 'bad' : 'waiting'}>{hold.kind}</Chip>
                        <span className="min-w-0 basis-48 truncate">{hold.title}</span>
                        <span className="min-w-0 flex-1 truncate text-soft">
                          {humane(hold.release, now)}
                        </span>
                        <span className="text-xs text-faint">
                          <When iso={hold.since} now={now} />
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </Section>
            </div>
          )
        }
      </Got>
    </div>
  )
}
