// The home page. Is it working? What needs me? What runs? What moved lately? In this order, for someone who was woken.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { useLive } from '../lib/live.ts'
import { capital, humane, span, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, Section, toneText, When } from '../parts/basics.tsx'
import { gateTone } from '../parts/icon-state.tsx'
import { Light } from '../parts/light.tsx'
import { Needs } from '../parts/needs.tsx'

const Curves = lazy(() => import('../parts/curves.tsx').then((one) => ({ default: one.Curves })))

const Waiting = lazy(() =>
  import('../parts/watch-more.tsx').then((one) => ({ default: one.Waiting })),
)
const Money = lazy(() => import('../parts/watch-more.tsx').then((one) => ({ default: one.Money })))

type Report = Answer<'watch'>

export function Watch() {
  const watch = useQuery({
    queryKey: ['watch'],
    queryFn: ({ signal }) => call('watch', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <Got of={watch} rows={6}>
      {(report) => <Whole report={report} />}
    </Got>
  )
}

function Whole({ report }: { report: Report }) {
  const now = useNow()
  return (
    <div className="mx-auto grid max-w-7xl gap-4">
      <div className="flex flex-wrap items-center gap-x-8 gap-y-3 py-2">
        <div className="min-w-0 flex-1 basis-80">
          <Light light={report.light} sentence={report.sentence} big />
          <p className="mt-1 pl-15 text-soft">
            {report.lastSuccess ? (
              <>
                last task done <When iso={report.lastSuccess.at} now={now} />
              </>
            ) : (
              'no task was done yet'
            )}
            {report.dispatchers.map((one) => (
              <span key={one.host}>
                {' · '}
                {one.running ? 'dispatcher' : one.died ? 'dispatcher died' : 'dispatcher stopped'}{' '}
                on {one.host}
              </span>
            ))}
          </p>
        </div>
        <Counts counts={report.counts} />
      </div>
      <Needs needs={report.needs} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-4">
          <Running report={report} now={now} />
          <Section title="What moved" aside="last three hours">
            <Suspense fallback={<div className="h-44" />}>
              <Curves />
            </Suspense>
          </Section>
        </div>
        <div className="grid min-w-0 gap-4">
          <Stopped report={report} now={now} />
          <Suspense fallback={<div className="h-32" />}>
            <Waiting />
            <Money />
          </Suspense>
          <Lately now={now} />
        </div>
      </div>
    </div>
  )
}

const shown = ['ready', 'held', 'taken', 'done', 'failed'] as const

function Counts({ counts }: { counts: Report['counts'] }) {
  return (
    <dl className="flex gap-5">
      {shown.map((name) => (
        <div key={name} className="text-right">
          <dt className="text-xs text-faint">{name}</dt>
          <dd className="min-w-8 text-xl font-semibold">
            <Link to="/tasks" search={{ state: name }}>
              {counts[name].toLocaleString('en')}
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Running({ report, now }: { report: Report; now: number }) {
  return (
    <Section title="Under way" aside={`${report.running.length}`}>
      {report.running.length === 0 ? (
        <Empty>Nothing is under way.</Empty>
      ) : (
        <ul className="divide-y divide-line">
          {report.running.slice(0, 30).map((one) => (
            <li key={one.attempt}>
              <Link
                to="."
                search={{ task: one.task }}
                className="grid grid-cols-[2.5rem_minmax(0,1fr)_auto] gap-x-3 px-3 py-1.5 hover:bg-sunken"
              >
                <span className="text-faint">{one.task}</span>
                <span className="truncate">{one.title}</span>
                <span className="text-right text-soft">{span(now - Date.parse(one.since))}</span>
                <span />
                <span className="truncate text-xs text-soft">
                  {one.stop ? (
                    <span className="text-waiting">stopping: {one.stop}</span>
                  ) : (
                    (one.progress ?? one.state)
                  )}
                </span>
                <span className="text-right text-xs text-faint">{one.agent}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Stopped({ report, now }: { report: Report; now: number }) {
  const { gates, incidents } = report
  if (gates.length + incidents.length === 0)
    return (
      <Section title="Gates and incidents">
        <Empty>Every lane is passing, and nothing is out of order.</Empty>
      </Section>
    )
  return (
    <Section title="Gates and incidents">
      <ul className="divide-y divide-line">
        {incidents.map((one) => (
          <li key={one.id} className="px-3 py-2">
            <Link to="/incidents" search={{}} className="font-medium text-bad hover:underline">
              {capital(one.title)}
            </Link>
            <p className="text-xs text-soft">
              since <When iso={one.openedAt} now={now} />, seen{' '}
              {one.count === 1 ? 'once' : `${one.count} times`}
              {one.data.release && ` · ${humane(one.data.release, now)}`}
            </p>
          </li>
        ))}
        {gates.map((gate) => (
          <li key={gate.lane} className="px-3 py-2">
            <div className="flex items-center gap-2">
              <Chip tone={gateTone(gate.state)}>{gate.state}</Chip>
              <Link to="/gates" search={{}} className="font-mono text-sm hover:underline">
                {gate.lane}
              </Link>
            </div>
            <p className="text-xs text-soft">{humane(`${gate.reason}; ${gate.release}`, now)}</p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Lately({ now }: { now: number }) {
  const { facts } = useLive()
  const past = useQuery({
    queryKey: ['lately'],
    queryFn: ({ signal }) => call('listFacts', { limit: 30 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const older = (past.data?.facts ?? [])
    .toReversed()
    .filter((one) => !facts.some(({ id }) => id === one.id))
  const all = [...facts, ...older].slice(0, 14)
  return (
    <Section
      title="Lately"
      aside={
        <Link to="/facts" search={{}}>
          all facts
        </Link>
      }
    >
      {all.length === 0 ? (
        <Empty>Nothing has happened yet.</Empty>
      ) : (
        <ol className="py-1">
          {all.map((fact) => (
            <li key={fact.id} className="flex gap-2 px-3 text-sm leading-[24px]">
              <span className="w-10 shrink-0 text-right text-xs leading-6 text-faint">
                {span(now - Date.parse(fact.at))}
              </span>
              <span className={`min-w-0 truncate ${toneText[fact.tone]}`} title={fact.sentence}>
                {fact.taskId !== null && (
                  <Link
                    to="."
                    search={{ task: fact.taskId }}
                    className="mr-1.5 inline-block min-w-[24px] leading-[24px] text-faint hover:underline"
                  >
                    {fact.taskId}
                  </Link>
                )}
                {fact.sentence}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
