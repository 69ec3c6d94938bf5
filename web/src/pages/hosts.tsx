// Hosts with their pulses, clocks and duties, and whatever moves work by itself: how often it fired, had something to do, and moved it.

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { humane, span, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'
import { gateTone } from '../parts/icon-state.tsx'

export function Hosts() {
  const hosts = useQuery({
    queryKey: ['hosts'],
    queryFn: ({ signal }) => call('listHosts', {}, signal),
    refetchInterval: 5_000,
  })
  return (
    <div className="mx-auto max-w-7xl space-y-4">
      <PageHead title="Hosts and mechanisms" />
      <Section title="Hosts">
        <Got of={hosts}>
          {({ hosts: all }) =>
            all.length === 0 ? (
              <Empty>No dispatcher has run yet.</Empty>
            ) : (
              <ul className="divide-y divide-line">
                {all.map((one) => (
                  <HostLine key={one.host} one={one} />
                ))}
              </ul>
            )
          }
        </Got>
      </Section>
      <Mechanisms />
    </div>
  )
}

type Host = Answer<'listHosts'>['hosts'][number]

function HostLine({ one }: { one: Host }) {
  const now = useNow()
  const { gate } = one
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <Chip tone={one.running ? 'good' : one.died ? 'bad' : 'aside'}>
          {one.running ? 'running' : one.died ? 'died' : 'stopped'}
        </Chip>
        <span className="font-semibold">{one.host}</span>
        <span className="text-soft">process {one.pid}</span>
        <span className="text-soft">
          pulse <When iso={one.pulseAt} now={now} />
        </span>
        <Clock behindMs={one.clockBehindMs} />
        {one.labels.map((label) => (
          <Chip key={label}>{label}</Chip>
        ))}
        <span className="ml-auto text-soft">
          {one.running_attempts}
          {one.slots !== null && ` of ${one.slots}`} under way
        </span>
      </div>
      {gate.state !== 'passing' && (
        <p className="mt-1 text-soft">
          <Chip tone={gateTone(gate.state)}>{gate.state}</Chip> {gate.reason}, released{' '}
          {humane(gate.release, now)}
        </p>
      )}
      {one.duties.length > 0 && (
        <p className="mt-1 text-xs text-soft">
          does alone for the fleet: {one.duties.map(({ duty }) => duty).join(', ')}
        </p>
      )}
    </li>
  )
}

/** Its clock beside the database's, by which everything is dated; nothing where there is no other clock. */
function Clock({ behindMs }: { behindMs: number | null }) {
  if (behindMs === null) return null
  const off = Math.abs(behindMs)
  if (off < 1_000) return <span className="text-soft">clock right</span>
  return (
    <span className={off < 60_000 ? 'text-waiting' : 'text-bad'}>
      clock {span(off)} {behindMs > 0 ? 'slow' : 'fast'}
    </span>
  )
}

type Mechanism = Answer<'listMechanisms'>['mechanisms'][number]
const looksMax = 40

/** What came between two looks, for each mechanism: the page keeps a few looks, and draws their differences. */
function useLooks(all: readonly Mechanism[] | undefined) {
  const [looks, setLooks] = useState<readonly (readonly Mechanism[])[]>([])
  useEffect(() => {
    if (all) setLooks((before) => [...before, all].slice(-looksMax))
  }, [all])
  return looks
}

function Mechanisms() {
  const now = useNow()
  const mechanisms = useQuery({
    queryKey: ['mechanisms'],
    queryFn: ({ signal }) => call('listMechanisms', {}, signal),
    refetchInterval: 5_000,
    structuralSharing: false,
  })
  const looks = useLooks(mechanisms.data?.mechanisms)
  return (
    <Section
      title="What moves by itself"
      aside="a timer that fired is no proof that anything moved"
    >
      <Got of={mechanisms}>
        {({ mechanisms: all }) =>
          all.length === 0 ? (
            <Empty>Nothing has told of itself yet.</Empty>
          ) : (
            <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Mechanisms">
              <table className="w-full min-w-160 text-left">
                <thead className="text-xs text-faint">
                  <tr>
                    {['mechanism', 'fired', 'had to do', 'moved', 'waits', 'last moved', ''].map(
                      (head) => (
                        <th key={head} className="px-3 py-1.5 font-normal">
                          {head}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={`${one.name} ${one.host}`} className="border-t border-line align-top">
                      <td className="px-3 py-1.5">
                        <span className="font-medium">{one.name}</span>{' '}
                        <span className="text-xs text-faint">{one.host}</span>
                        {one.stuck && <Chip tone="bad">stuck</Chip>}
                        <span className="block text-xs text-soft">{one.note ?? one.does}</span>
                      </td>
                      <td className="px-3 py-1.5">{one.fired.toLocaleString('en')}</td>
                      <td className="px-3 py-1.5">{one.had.toLocaleString('en')}</td>
                      <td className="px-3 py-1.5">{one.moved.toLocaleString('en')}</td>
                      <td className="px-3 py-1.5">{one.waiting}</td>
                      <td className="px-3 py-1.5 text-soft">
                        {one.lastMovedAt ? <When iso={one.lastMovedAt} now={now} /> : 'never'}
                      </td>
                      <td className="px-3 py-1.5">
                        <Spark looks={looks} one={one} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Got>
    </Section>
  )
}

function Spark({ looks, one }: { looks: readonly (readonly Mechanism[])[]; one: Mechanism }) {
  const mine = looks.map((look) =>
    look.find(({ name, host }) => name === one.name && host === one.host),
  )
  const steps = mine.slice(1).map((now, i) => {
    const before = mine[i]
    return now && before
      ? [now.fired - before.fired, now.had - before.had, now.moved - before.moved]
      : [0, 0, 0]
  })
  const most = Math.max(1, ...steps.flat())
  const line = (k: number) =>
    steps
      .map(
        (step, i) =>
          `${i === 0 ? 'M' : 'L'}${(i / looksMax) * 100} ${20 - ((step[k] ?? 0) / most) * 18}`,
      )
      .join('')
  return (
    <svg viewBox="0 0 100 22" className="h-5 w-28" aria-hidden="true" preserveAspectRatio="none">
      <path d={line(0)} fill="none" stroke="var(--faint)" strokeWidth="1" />
      <path d={line(1)} fill="none" stroke="var(--waiting)" strokeWidth="1" />
      <path d={line(2)} fill="none" stroke="var(--good)" strokeWidth="1.5" />
    </svg>
  )
}
