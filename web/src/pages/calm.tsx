// Calm windows: what each asks of a machine, what each host says to that, who waits, and what the last openings let through.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { humane, span, useNow } from '../lib/time.ts'
import { Act, Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'
import { type GateAct, GateDialog } from '../parts/gate-dialog.tsx'
import { gateTone } from '../parts/icon-state.tsx'
import { TaskLinks } from '../parts/task-links.tsx'

type Report = Answer<'listWindows'>
type Window = Report['windows'][number]
type OnHost = Window['hosts'][number]

export function Calm() {
  const windows = useQuery({
    queryKey: ['windows'],
    queryFn: ({ signal }) => call('listWindows', {}, signal),
    refetchInterval: 10_000,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Calm windows" note="judged on the host where the attempt would run" />
      <Got of={windows} rows={5}>
        {({ windows: all, openings }) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>
                No calm window is configured: `windows:` in midwatch.yaml describes one.
              </Empty>
            </div>
          ) : (
            <div className="grid gap-4">
              {all.map((one) => (
                <Entry key={one.name} one={one} />
              ))}
              <Openings openings={openings} />
            </div>
          )
        }
      </Got>
    </div>
  )
}

function Entry({ one }: { one: Window }) {
  const now = useNow()
  const [asking, setAsking] = useState<{ act: GateAct; lane: string } | null>(null)
  return (
    <section className="panel px-3 py-2.5" aria-label={one.name}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="min-w-0 font-semibold">{one.name}</h2>
        <span className="text-soft">
          {one.configured ? one.asks.join(', ') || 'asks nothing' : 'is described nowhere'}
        </span>
        <span className="ml-auto">
          {one.waiting === 0 ? (
            <span className="text-faint">nobody waits</span>
          ) : (
            <Chip tone="waiting">
              {one.waiting} {one.waiting === 1 ? 'waits' : 'wait'}
              {one.oldest && `, the oldest for ${span(now - Date.parse(one.oldest))}`}
            </Chip>
          )}
        </span>
      </div>
      <ul className="mt-2 divide-y divide-line border-t border-line">
        {one.hosts.map((host) => (
          <Host key={host.host} host={host} onAct={(act) => setAsking({ act, lane: host.lane })} />
        ))}
        {one.hosts.length === 0 && (
          <li className="py-2 text-soft">No host has judged it yet; a running dispatcher does.</li>
        )}
      </ul>
      {one.tasks.length > 0 && (
        <p className="mt-2 flex flex-wrap gap-x-2 text-soft">
          waiting: <TaskLinks tasks={one.tasks} />
        </p>
      )}
      {asking && <GateDialog {...asking} onClose={() => setAsking(null)} />}
    </section>
  )
}

function Host({ host, onAct }: { host: OnHost; onAct: (act: GateAct) => void }) {
  const now = useNow()
  const pinned = host.gate.state === 'pinned'
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span className="w-20">
        {pinned ? (
          <Chip tone={gateTone('pinned')}>pinned</Chip>
        ) : (
          <Chip tone={host.calm ? 'good' : 'waiting'}>{host.calm ? 'calm' : 'not calm'}</Chip>
        )}
      </span>
      <span className="min-w-0 font-semibold">{host.host}</span>
      <span className="min-w-0 flex-1 basis-60 text-soft">
        {pinned
          ? `${host.gate.reason} · ${humane(host.gate.release, now)}`
          : host.calm
            ? host.openedAt && (
                <>
                  since <When iso={host.openedAt} now={now} />
                </>
              )
            : host.why.join('; ')}
        <span className="text-xs text-faint">
          {' '}
          judged <When iso={host.judgedAt} now={now} />, {host.takenToday} taken today
          {host.leastBusyHour !== null &&
            `, least busy at ${String(host.leastBusyHour).padStart(2, '0')}:00 UTC`}
        </span>
      </span>
      <Act onPress={() => onAct(pinned ? 'resume' : 'pause')}>{pinned ? 'Resume' : 'Pause'}</Act>
    </li>
  )
}

function Openings({ openings }: { openings: Report['openings'] }) {
  const now = useNow()
  return (
    <Section title="Last openings">
      {openings.length === 0 ? (
        <Empty>None has opened yet.</Empty>
      ) : (
        <ol className="py-1">
          {openings.map((one) => (
            <li key={one.id} className="flex flex-wrap gap-x-3 px-3 py-0.5">
              <span className="w-20 text-xs leading-5 text-faint">
                <When iso={one.openedAt} now={now} />
              </span>
              <span className="font-mono">
                {one.name}@{one.host}
              </span>
              <span className="text-soft">
                {one.taken} let through
                {one.closedAt === null
                  ? ', and is open'
                  : `, closed after ${span(Date.parse(one.closedAt) - Date.parse(one.openedAt))}: ${one.why}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
