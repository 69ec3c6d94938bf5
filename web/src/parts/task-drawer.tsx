// A task: why it does not run, what may be done, what was wanted, what happened, and what its session prints.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { capital, humane, span, useNow } from '../lib/time.ts'
import { Chip, Empty, Got, toneText, When } from './basics.tsx'
import { DiffView } from './diff-view.tsx'
import { endTone, TaskState } from './icon-state.tsx'
import { LogView } from './log-view.tsx'
import { TaskActs } from './task-acts.tsx'
import { Order, Reviews, TaskEffects } from './task-parts.tsx'

type Shown = Answer<'showTask'>

export function TaskDrawer({ id }: { id: number }) {
  const shown = useQuery({
    queryKey: ['task', id],
    queryFn: ({ signal }) => call('showTask', { id }, signal),
  })
  const why = useQuery({
    queryKey: ['task', id, 'why'],
    queryFn: ({ signal }) => call('whyTask', { id }, signal),
  })
  return (
    <Got of={shown} rows={7}>
      {(data) => (
        <>
          <Head shown={data} />
          {why.data && <Why why={why.data} />}
          <TaskActs task={data.task} can={data.can} />
          <Parts shown={data} />
        </>
      )}
    </Got>
  )
}

function Head({ shown: { task } }: { shown: Shown }) {
  const now = useNow()
  return (
    <div>
      <h2 className="text-lg font-semibold break-words">{task.title}</h2>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-soft">
        <TaskState task={task} />
        <span>
          wanted <When iso={task.createdAt} now={now} /> by {task.createdBy}
        </span>
        <span>· {task.agent ?? 'any agent that fits'}</span>
        {task.priority !== 0 && <span>· priority {task.priority}</span>}
        {task.labels.map((label) => (
          <Chip key={label}>{label}</Chip>
        ))}
        {task.againOf !== null && (
          <Link to="." search={{ task: task.againOf }} className="underline">
            once more for {task.againOf}
          </Link>
        )}
      </p>
    </div>
  )
}

function Why({ why }: { why: Answer<'whyTask'> }) {
  const now = useNow()
  return (
    <div className="panel px-3 py-2">
      <p className="font-medium">{capital(humane(why.sentence, now))}</p>
      <ul className="mt-1 grid gap-1 text-soft">
        {why.holds.map((hold) => (
          <li key={hold.id}>
            <Chip tone="waiting">{hold.kind}</Chip> h{hold.id}, since{' '}
            <When iso={hold.since} now={now} /> → {humane(hold.release, now)}
          </li>
        ))}
        {why.gates.map((gate) => (
          <li key={gate.lane}>
            <Chip tone="waiting">{gate.state}</Chip> <span className="font-mono">{gate.lane}</span>:{' '}
            {gate.reason} → {humane(gate.release, now)}
          </li>
        ))}
        {why.missing.map((one) => (
          <li key={one.what}>
            {one.what} → {one.release}
          </li>
        ))}
      </ul>
    </div>
  )
}

const tab =
  'border-b-2 border-transparent px-2 py-1.5 text-soft sm:px-3 data-[state=active]:border-accent data-[state=active]:text-ink'

function Parts({ shown }: { shown: Shown }) {
  const { task, attempts } = shown
  const newest = attempts.at(-1)
  return (
    <Tabs.Root
      defaultValue={newest && newest.state !== 'ended' ? 'log' : 'timeline'}
      className="panel min-w-0"
    >
      <Tabs.List className="flex overflow-x-auto border-b border-line" aria-label="About this task">
        <Tabs.Trigger value="timeline" className={tab}>
          Timeline
        </Tabs.Trigger>
        <Tabs.Trigger value="log" className={tab}>
          Log
        </Tabs.Trigger>
        <Tabs.Trigger value="order" className={tab}>
          Order
        </Tabs.Trigger>
        <Tabs.Trigger value="diff" className={tab}>
          Diff
        </Tabs.Trigger>
        <Tabs.Trigger value="reviews" className={tab}>
          Reviews
        </Tabs.Trigger>
        <Tabs.Trigger value="effects" className={tab}>
          Effects
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="timeline" tabIndex={-1}>
        <Timeline shown={shown} />
      </Tabs.Content>
      <Tabs.Content value="log" tabIndex={-1}>
        {newest ? <LogView attempts={attempts} /> : <Empty>It has had no attempt yet.</Empty>}
      </Tabs.Content>
      <Tabs.Content value="order" tabIndex={-1}>
        <Order task={task} />
      </Tabs.Content>
      <Tabs.Content value="diff" tabIndex={-1}>
        <DiffView id={task.id} />
      </Tabs.Content>
      <Tabs.Content value="reviews" tabIndex={-1}>
        <Reviews id={task.id} />
      </Tabs.Content>
      <Tabs.Content value="effects" tabIndex={-1}>
        <TaskEffects id={task.id} />
      </Tabs.Content>
    </Tabs.Root>
  )
}

function Timeline({ shown: { task, attempts } }: { shown: Shown }) {
  const now = useNow()
  const facts = useQuery({
    queryKey: ['task', task.id, 'facts'],
    queryFn: ({ signal }) => call('listFacts', { task: task.id, limit: 300 }, signal),
  })
  return (
    <div>
      {attempts.length > 0 && (
        <ul className="divide-y divide-line border-b border-line">
          {attempts.toReversed().map((one) => (
            <li key={one.id} className="flex flex-wrap items-baseline gap-x-2 px-3 py-1.5">
              <span className="text-faint">#{one.id}</span>
              <Chip tone={endTone(one.class)}>{one.class ?? one.state}</Chip>
              <span>{one.agent}</span>
              <span className="text-soft">
                {span((one.endedAt ? Date.parse(one.endedAt) : now) - Date.parse(one.claimedAt))}
              </span>
              <span className="min-w-0 flex-1 truncate text-soft" title={one.evidence ?? ''}>
                {one.evidence ?? one.progress?.text ?? ''}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Got of={facts}>
        {(data) => (
          <ol className="py-1">
            {data.facts.map((fact) => (
              <li key={fact.id} className="flex gap-2 px-3 py-0.5">
                <span className="w-16 shrink-0 text-xs leading-5 text-faint">
                  <When iso={fact.at} now={now} />
                </span>
                <span className={`min-w-0 break-words ${toneText[fact.tone]}`}>
                  {fact.sentence}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Got>
    </div>
  )
}
