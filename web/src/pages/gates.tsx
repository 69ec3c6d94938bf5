// Every lane with its gate: what is passing, what is not, why, and what reopens it.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { humane, useNow } from '../lib/time.ts'
import { Act, Chip, Empty, Got, PageHead, When } from '../parts/basics.tsx'
import { type GateAct, GateDialog } from '../parts/gate-dialog.tsx'
import { gateTone } from '../parts/icon-state.tsx'

type Gate = Answer<'listGates'>['gates'][number]

export function Gates() {
  const gates = useQuery({
    queryKey: ['gates'],
    queryFn: ({ signal }) => call('listGates', {}, signal),
    refetchInterval: 15_000,
  })
  const [asking, setAsking] = useState<{ act: GateAct; lane: string } | null>(null)
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Gates" note="a lane that is not passing says when it will be" />
      <div className="panel overflow-x-auto">
        <Got of={gates} rows={6}>
          {({ gates: all }) =>
            all.length === 0 ? (
              <Empty>No lane is known yet.</Empty>
            ) : (
              <ul className="divide-y divide-line">
                {all
                  .toSorted((a, b) => Number(b.state !== 'passing') - Number(a.state !== 'passing'))
                  .map((gate) => (
                    <Row
                      key={gate.lane}
                      gate={gate}
                      onAct={(act) => setAsking({ act, lane: gate.lane })}
                    />
                  ))}
              </ul>
            )
          }
        </Got>
      </div>
      {asking && <GateDialog {...asking} onClose={() => setAsking(null)} />}
    </div>
  )
}

function Row({ gate, onAct }: { gate: Gate; onAct: (act: GateAct) => void }) {
  const now = useNow()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <span className="md:w-20">
        <Chip tone={gateTone(gate.state)}>{gate.state}</Chip>
      </span>
      <span className="min-w-0 flex-1 font-mono break-words md:min-w-40 md:flex-none">
        {gate.lane}
      </span>
      <span className="order-last min-w-0 basis-full text-soft empty:hidden md:order-none md:flex-1 md:basis-60">
        {gate.state === 'passing'
          ? gate.streak.sentence || (gate.busy > 0 ? `${gate.busy} under way` : '')
          : `${gate.reason} · ${humane(gate.release, now)}`}
        {gate.since && (
          <span className="text-xs text-faint">
            {' '}
            since <When iso={gate.since} now={now} />
          </span>
        )}
      </span>
      <span className="ml-auto flex gap-1.5">
        {gate.can['resume'] === null ? (
          <Act onPress={() => onAct('resume')}>Resume</Act>
        ) : (
          <>
            <Act
              onPress={() => onAct('reset')}
              why={gate.can['reset']}
              strong={gate.state !== 'passing'}
            >
              Reset
            </Act>
            <Act onPress={() => onAct('pause')} why={gate.can['pause']}>
              Pause
            </Act>
          </>
        )}
      </span>
    </li>
  )
}
