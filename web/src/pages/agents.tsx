// Agents: who works, who waits, and why. What is stuck stands first, and all of it can be reset at once.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { capital, humane, span, useNow } from '../lib/time.ts'
import { AgentState } from '../parts/agent-drawer.tsx'
import { Act, Empty, Got, PageHead } from '../parts/basics.tsx'
import { BulkReset } from '../parts/bulk-reset.tsx'

type Agent = Answer<'listAgents'>['agents'][number]

const stuck = ({ gate, streak, otherGates }: Agent): boolean =>
  gate.state !== 'passing' || streak.failures > 0 || otherGates.length > 0

export function Agents() {
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => call('listAgents', {}, signal),
    refetchInterval: 10_000,
  })
  const [bulk, setBulk] = useState(false)
  const lanes = (agents.data?.agents ?? [])
    .filter((one) => one.can['reset'] === null)
    .map(({ gate }) => gate.lane)
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Agents">
        <Act
          onPress={() => setBulk(true)}
          strong={lanes.length > 1}
          why={
            lanes.length > 0
              ? null
              : { sentence: 'no agent has failed', release: 'nothing needs to be done' }
          }
        >
          Reset all that failed{lanes.length > 0 ? ` (${lanes.length})` : ''}
        </Act>
      </PageHead>
      <Got of={agents} rows={5}>
        {({ agents: all }) =>
          all.length === 0 ? (
            <Empty>No agent is configured.</Empty>
          ) : (
            <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
              {all
                .toSorted((a, b) => Number(stuck(b)) - Number(stuck(a)))
                .map((agent) => (
                  <Card key={agent.name} agent={agent} />
                ))}
            </ul>
          )
        }
      </Got>
      {bulk && (
        <BulkReset ask={{ lanes }} title="Reset all that failed" onClose={() => setBulk(false)} />
      )}
    </div>
  )
}

function Card({ agent }: { agent: Agent }) {
  const now = useNow()
  const [first] = agent.current
  return (
    <li>
      <Link
        to="."
        search={{ agent: agent.name }}
        className="panel block h-full px-3 py-2.5 hover:border-accent"
      >
        <div className="flex items-center gap-2">
          <h2 className="min-w-0 font-semibold">{agent.name}</h2>
          <AgentState agent={agent} />
          <span className="ml-auto text-xs text-faint">
            {agent.busy}/{agent.slots}
          </span>
        </div>
        <p className="text-xs text-faint">
          {[agent.adapter, agent.model, agent.tier].filter(Boolean).join(' · ')}
        </p>
        <p className="mt-1.5 line-clamp-3 text-soft">{capital(humane(agent.sentence, now))}</p>
        {agent.streak.failures > 0 && (
          <p className="mt-1 text-waiting first-letter:uppercase">
            {agent.streak.sentence}
            {agent.streak.nextTryAt &&
              Date.parse(agent.streak.nextTryAt) > now &&
              `, next try in ${span(Date.parse(agent.streak.nextTryAt) - now)}`}
          </p>
        )}
        {first && (
          <p className="mt-1.5 truncate border-t border-line pt-1.5">
            <span className="text-faint">{first.task}</span> {first.title}
          </p>
        )}
      </Link>
    </li>
  )
}
