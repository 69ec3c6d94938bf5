// An agent: why it does nothing, if so; its streak, its next try, and the buttons. A button that cannot be pressed says why
// below the row, for a stuck agent must never leave its reader guessing.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { humane, span, useNow } from '../lib/time.ts'
import { Act, Chip, Empty, Got, Section, When } from './basics.tsx'
import { type GateAct, GateDialog } from './gate-dialog.tsx'
import { endTone, gateTone } from './icon-state.tsx'

type Shown = Answer<'showAgent'>
type Agent = Shown['agent']

export function AgentDrawer({ name }: { name: string }) {
  const shown = useQuery({
    queryKey: ['agents', name],
    queryFn: ({ signal }) => call('showAgent', { name }, signal),
    refetchInterval: 5_000, // a pulse is no fact
  })
  return (
    <Got of={shown} rows={6}>
      {(data) => (
        <>
          <Standing agent={data.agent} />
          <Buttons agent={data.agent} />
          <Now agent={data.agent} />
          <Client shown={data} />
          <Past shown={data} />
        </>
      )}
    </Got>
  )
}

function Standing({ agent }: { agent: Agent }) {
  const now = useNow()
  const { streak, gate } = agent
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <AgentState agent={agent} />
        <Chip>{agent.adapter}</Chip>
        {agent.model && <Chip>{agent.model}</Chip>}
        <Chip>{agent.tier}</Chip>
        <span className="text-soft">
          {agent.busy} of {agent.slots} {agent.slots === 1 ? 'slot' : 'slots'}
        </span>
      </div>
      <p className="text-base break-words">{humane(agent.sentence, now)}</p>
      {streak.failures > 0 && (
        <div className="panel flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2">
          <strong className="font-semibold first-letter:uppercase">{streak.sentence}</strong>
          <Tries done={streak.failures} of={streak.of ?? streak.failures} />
          <span className="text-soft">last: {streak.class}</span>
          {streak.nextTryAt && (
            <span className={streak.coolingDown ? 'text-waiting' : 'text-soft'}>
              {streak.coolingDown ? 'cooling down, ' : ''}next try{' '}
              {Date.parse(streak.nextTryAt) > now
                ? `in ${span(Date.parse(streak.nextTryAt) - now)}`
                : 'now'}
            </span>
          )}
        </div>
      )}
      {agent.otherGates.map((one) => (
        <p key={one.lane} className="text-soft">
          <Chip tone={gateTone(one.state)}>{one.state}</Chip>{' '}
          <span className="font-mono">{one.lane}</span>: {one.reason}
        </p>
      ))}
      {gate.state !== 'passing' && gate.since && (
        <p className="text-xs text-faint">
          {gate.state} since <When iso={gate.since} now={now} />
        </p>
      )}
    </div>
  )
}

function Tries({ done, of }: { done: number; of: number }) {
  return (
    <span className="flex gap-1" aria-hidden="true">
      {Array.from({ length: Math.min(of, 12) }, (_, i) => (
        <span key={i} className={`h-2 w-4 rounded-sm ${i < done ? 'bg-waiting' : 'bg-line'}`} />
      ))}
    </span>
  )
}

export function AgentState({ agent }: { agent: Agent }) {
  const tones = {
    working: 'moving',
    idle: 'plain',
    probing: 'moving',
    shut: 'waiting',
    paused: 'bad',
  } as const
  return (
    <Chip tone={tones[agent.state]}>{agent.streak.coolingDown ? 'cooling down' : agent.state}</Chip>
  )
}

const buttons: readonly { act: GateAct; word: string }[] = [
  { act: 'reset', word: 'Reset attempts' },
  { act: 'probe', word: 'Probe now' },
  { act: 'pause', word: 'Pause' },
  { act: 'resume', word: 'Resume' },
  { act: 'drain', word: 'Drain' },
]

function Buttons({ agent }: { agent: Agent }) {
  const [asking, setAsking] = useState<GateAct | null>(null)
  const why = (act: GateAct) => agent.can[act] ?? null
  const stuck = agent.gate.state !== 'passing' || agent.streak.failures > 0
  const denied = buttons.filter(({ act }) => why(act) !== null)
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        {buttons.map(({ act, word }) => (
          <Act
            key={act}
            onPress={() => setAsking(act)}
            why={why(act)}
            strong={act === 'reset' && stuck}
          >
            {word}
          </Act>
        ))}
      </div>
      <details className="text-xs text-soft" hidden={denied.length === 0}>
        <summary className="w-fit">
          Why not {denied.map(({ word }) => word.toLowerCase()).join(', ')}
        </summary>
        <ul className="mt-1 grid gap-0.5 pl-4">
          {denied.map(({ act, word }) => (
            <li key={act}>
              {word}: {why(act)?.sentence}
            </li>
          ))}
        </ul>
      </details>
      {asking && <GateDialog act={asking} lane={agent.gate.lane} onClose={() => setAsking(null)} />}
    </div>
  )
}

function Now({ agent }: { agent: Agent }) {
  const now = useNow()
  return (
    <Section title="Works on">
      {agent.current.length === 0 ? (
        <Empty>Nothing now.</Empty>
      ) : (
        <ul className="divide-y divide-line">
          {agent.current.map((one) => (
            <li key={one.attempt}>
              <Link to="." search={{ task: one.task }} className="block px-3 py-2 hover:bg-sunken">
                <span className="text-faint">{one.task}</span> {one.title}
                <span className="block text-xs text-soft">
                  for {span(now - Date.parse(one.since))}
                  {' · alive '}
                  <When iso={one.aliveAt} now={now} />
                  {one.printedAt && (
                    <>
                      {', printed '}
                      <When iso={one.printedAt} now={now} />
                    </>
                  )}
                  {one.progress && (
                    <>
                      {' · '}
                      {one.progress.text} (<When iso={one.progress.at} now={now} />)
                    </>
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Client({ shown: { build, spend, agent } }: { shown: Shown }) {
  const now = useNow()
  return (
    <Section title="Client and spend">
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-y-1 px-3 py-2">
        <dt className="text-soft">Build</dt>
        <dd className="min-w-0 break-words">
          {build === null
            ? agent.adapter === 'command'
              ? 'a plain program; nothing is known of it'
              : 'its program is not found on this host'
            : `${build.version ?? 'unknown version'}${build.options === null ? '' : `, ${build.options} options`}`}
          {build?.trouble && <span className="text-bad"> · {build.trouble}</span>}
          {build && (
            <span className="block text-xs text-faint">
              {build.path}, looked at <When iso={build.probedAt} now={now} />
            </span>
          )}
        </dd>
        <dt className="text-soft">Lanes</dt>
        <dd className="font-mono text-xs leading-6">{agent.lanes.join('  ')}</dd>
        <dt className="text-soft">Lately spent</dt>
        <dd>
          {spend.costUsd > 0 ? `$${spend.costUsd.toFixed(2)}, ` : ''}
          {(spend.inputTokens + spend.outputTokens).toLocaleString('en')} tokens in {spend.attempts}{' '}
          {spend.attempts === 1 ? 'attempt' : 'attempts'}
        </dd>
      </dl>
    </Section>
  )
}

function Past({ shown: { history, classes } }: { shown: Shown }) {
  const now = useNow()
  const total = Object.values(classes).reduce((sum, n) => sum + n, 0)
  return (
    <Section title="How it ended lately" aside={total === 1 ? '1 attempt' : `${total} attempts`}>
      {history.length === 0 ? (
        <Empty>No attempt has ended yet.</Empty>
      ) : (
        <>
          <div className="flex flex-wrap gap-2 border-b border-line px-3 py-2">
            {Object.entries(classes)
              .toSorted(([, a], [, b]) => b - a)
              .map(([name, n]) => (
                <Chip key={name} tone={endTone(name)}>
                  {name} {n}
                </Chip>
              ))}
          </div>
          <ol className="py-1">
            {history.map((fact) => (
              <li key={fact.id} className="flex gap-2 px-3 leading-[24px]">
                <span className="w-16 shrink-0 text-xs leading-5 text-faint">
                  <When iso={fact.at} now={now} />
                </span>
                <Link
                  to="."
                  search={{ task: fact.taskId ?? 0 }}
                  className="inline-block min-w-[24px] leading-[24px] text-faint hover:underline"
                >
                  {fact.taskId}
                </Link>
                <span className="min-w-0 truncate" title={fact.sentence}>
                  {fact.sentence}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  )
}
