// Hosts with their pulses, clocks and duties, and whatever moves work by itself: how often it fired, had something to do, and moved it.

import { useQuery } from '@tanstack/react-query'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { humane, span, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'
import { gateTone } from '../parts/icon-state.tsx'
import { Mechanisms } from '../parts/mechanisms.tsx'

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
