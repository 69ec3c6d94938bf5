// Schedules: what is wanted again and again, when next, and what became of its times.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { full, useNow } from '../lib/time.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { Act, Chip, Empty, Got, PageHead, When } from '../parts/basics.tsx'
import { More } from '../parts/more.tsx'

type Schedule = Answer<'listSchedules'>['schedules'][number]

export function Schedules() {
  const [running, setRunning] = useState<Schedule | null>(null)
  const schedules = useQuery({
    queryKey: ['schedules'],
    queryFn: ({ signal }) => call('listSchedules', {}, signal),
    refetchInterval: 15_000,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead
        title="Schedules"
        note="each due time makes its task once, and none passes unsaid"
      />
      <Got of={schedules} rows={4}>
        {({ schedules: all }) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>Nothing is scheduled: `schedules:` in midwatch.yaml describes it.</Empty>
            </div>
          ) : (
            <ul className="grid gap-3">
              {all.map((one) => (
                <Entry key={one.name} one={one} onRun={() => setRunning(one)} />
              ))}
            </ul>
          )
        }
      </Got>
      {running && (
        <AskFirst
          title={`Run ${running.name}`}
          word="Run it now"
          deed={() => call('runSchedule', { name: running.name })}
          onClose={() => setRunning(null)}
        >
          <p>Its task is wanted now, besides its times: {running.title}</p>
        </AskFirst>
      )}
    </div>
  )
}

function Entry({ one, onRun }: { one: Schedule; onRun: () => void }) {
  const now = useNow()
  const [open, setOpen] = useState(false)
  return (
    <li className="panel px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 font-semibold">{one.name}</h2>
        <span className="font-mono text-xs text-soft">
          {one.cron}
          {one.timezone && ` ${one.timezone}`}
        </span>
        {one.overdue && <Chip tone="bad">overdue</Chip>}
        {one.missed > 0 && <Chip tone="waiting">{one.missed} missed</Chip>}
        <span className="ml-auto flex gap-1.5">
          <Act onPress={() => setOpen(!open)}>{open ? 'Less' : 'Its times'}</Act>
          <Act onPress={onRun}>Run now</Act>
        </span>
      </div>
      <p className="mt-1 text-soft">
        {one.title} · {one.nextAt ? 'next ' : 'never again'}
        {one.nextAt && <When iso={one.nextAt} now={now} />}
        {one.lastTask !== null && (
          <>
            {' · last '}
            <Link to="." search={{ task: one.lastTask }} className="underline">
              task {one.lastTask}
            </Link>
          </>
        )}
        {!one.known && ' · no dispatcher has looked at it yet'}
      </p>
      {one.refused && <p className="mt-1 text-bad">Its newest time made no task: {one.refused}</p>}
      {open && <Times name={one.name} />}
    </li>
  )
}

function Times({ name }: { name: string }) {
  const shown = usePaged({
    queryKey: ['schedules', name],
    ask: (before, signal) =>
      call('showSchedule', { name, ...(before !== undefined && { before: `${before}` }) }, signal),
    rowsOf: (page) => [page],
  })
  const firings = shown.data?.flatMap((page) => page.firings) ?? []
  return (
    <div className="mt-2 border-t border-line pt-2">
      <Got of={shown}>
        {([newest]) => (
          <>
            <p className="text-soft">
              next: {newest?.schedule.times.map(full).join(' · ') || 'never'}
            </p>
            {firings.length === 0 ? (
              <p className="text-faint">It has not fired yet.</p>
            ) : (
              <ol>
                {firings.map((one) => (
                  <li key={`${one.dueAt} ${one.task}`} className="flex flex-wrap gap-x-3">
                    <span className="text-faint">{full(one.dueAt)}</span>
                    {one.task === null ? (
                      <span className="text-bad">{one.refused}</span>
                    ) : (
                      <Link to="." search={{ task: one.task }} className="underline">
                        task {one.task}
                        {one.deduped && ' was still there'}
                      </Link>
                    )}
                  </li>
                ))}
              </ol>
            )}
          </>
        )}
      </Got>
      <More of={shown.more} />
    </div>
  )
}
