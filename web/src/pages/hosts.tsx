// Hosts with their pulses, clocks and duties, and whatever moves work by itself: how often it fired, had something to do, and moved it.

import { useQuery } from '@tanstack/react-query'

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
        <span className="min-w-0 font-semibold">{one.host}</span>
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
          <Chip tone={gateTone(gate.state)}>{gate.state}</Chip>{' '}
          {humane(`${gate.reason}; ${gate.release}`, now)}
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

type Steps = Answer<'mechanismSteps'>['mechanisms'][number]

function Mechanisms() {
  const now = useNow()
  const mechanisms = useQuery({
    queryKey: ['mechanisms'],
    queryFn: ({ signal }) => call('listMechanisms', {}, signal),
    refetchInterval: 5_000,
  })
  const steps = useQuery({
    queryKey: ['mechanisms', 'steps'],
    queryFn: ({ signal }) => call('mechanismSteps', {}, signal),
    refetchInterval: 20_000,
  })
  const stepsOf = ({ name, host }: { name: string; host: string }) =>
    steps.data?.mechanisms.find((one) => one.name === name && one.host === host)
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
                    {[
                      'mechanism',
                      'fired',
                      'had to do',
                      'moved',
                      'waits',
                      'last moved',
                      'last hour',
                    ].map((head) => (
                      <th key={head} className="px-3 py-1.5 font-normal">
                        {head}
                      </th>
                    ))}
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
                        <Spark of={stepsOf(one)} />
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

const stepsMax = 60
const curves = [
  ['fired', 'var(--faint)'],
  ['had', 'var(--waiting)'],
  ['moved', 'var(--good)'],
] as const

/** The last hour as three rows of bars, each against the most of its own: what fires each second would hide the others. */
function Spark({ of }: { of: Steps | undefined }) {
  if (of === undefined) return null
  const bars = (values: readonly number[], row: number) => {
    const most = Math.max(1, ...values)
    const from = stepsMax - values.length
    return values
      .map((value, i) =>
        value === 0 ? '' : `M${from + i + 0.5} ${row * 8 + 7}v${-1 - (value / most) * 5}`,
      )
      .join('')
  }
  return (
    <svg viewBox={`0 0 ${stepsMax} 24`} className="h-8 w-28" role="img" preserveAspectRatio="none">
      <title>
        {curves.map(([name]) => `${words[name]} ${sumOf(of[name])}`).join(', ')} in the last hour
      </title>
      {curves.map(([name, colour], row) => (
        <g key={name}>
          <path d={`M0 ${row * 8 + 7.5}h${stepsMax}`} stroke="var(--line)" strokeWidth="0.5" />
          <path d={bars(of[name], row)} stroke={colour} strokeWidth="0.9" />
        </g>
      ))}
    </svg>
  )
}

const words = { fired: 'fired', had: 'had to do', moved: 'moved' } as const
const sumOf = (values: readonly number[]): string =>
  values.reduce((sum, value) => sum + value, 0).toLocaleString('en')
