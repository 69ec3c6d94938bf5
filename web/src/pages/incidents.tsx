// Problems, each opened once: what it is, what belongs to it, what changed before it began, and how it ends.

import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { capital, humane, useNow } from '../lib/time.ts'
import { Act, Chip, Empty, Got, PageHead, When } from '../parts/basics.tsx'
import { BulkReset } from '../parts/bulk-reset.tsx'
import { More } from '../parts/more.tsx'
import { TaskLinks } from '../parts/task-links.tsx'

type Incident = Answer<'listIncidents'>['incidents'][number]

export function Incidents() {
  const incidents = usePaged({
    queryKey: ['incidents'],
    ask: (before, signal) =>
      call('listIncidents', { limit: 50, ...(before !== undefined && { before }) }, signal),
    rowsOf: (page) => page.incidents,
    refetchInterval: 15_000,
  })
  const [resetting, setResetting] = useState<number | null>(null)
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Incidents" note="each opened once, resolved once" />
      <Got of={incidents} rows={5}>
        {(all) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>Nothing has been out of order.</Empty>
            </div>
          ) : (
            <ol className="grid gap-3">
              {all.map((one) => (
                <Entry key={one.id} one={one} onReset={() => setResetting(one.id)} />
              ))}
            </ol>
          )
        }
      </Got>
      <More of={incidents.more} />
      {resetting !== null && (
        <BulkReset
          ask={{ incident: resetting }}
          title="Reset all after this incident"
          onClose={() => setResetting(null)}
        />
      )}
    </div>
  )
}

function Entry({ one, onReset }: { one: Incident; onReset: () => void }) {
  const { data } = one
  const open = one.resolvedAt === null
  return (
    <li className="panel px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <Chip tone={open ? 'bad' : 'good'}>{open ? 'open' : 'resolved'}</Chip>
        <h2 className="min-w-0 flex-1 basis-60 font-semibold">{capital(one.title)}</h2>
        {open && (data.lane !== null || data.lanes.length > 0) && (
          <Act onPress={onReset}>Reset all after this</Act>
        )}
        {open && one.key.startsWith('effect:') && (
          <Link to="/effects" search={{}} className="underline">
            Say what became of it
          </Link>
        )}
      </div>
      <dl className="mt-2 grid grid-cols-[6.5rem_minmax(0,1fr)] gap-y-1 text-soft">
        <dt className="text-faint">When</dt>
        <dd>
          <Times one={one} />
        </dd>
        <Belongs one={one} />
      </dl>
    </li>
  )
}

function Times({ one }: { one: Incident }) {
  const now = useNow()
  return (
    <>
      <When iso={one.openedAt} now={now} />, seen{' '}
      {one.count === 1 ? 'once' : `${one.count} times, last `}
      {one.count > 1 && <When iso={one.lastAt} now={now} />}
      {one.resolvedAt && (
        <>
          ; resolved <When iso={one.resolvedAt} now={now} /> by {one.resolvedBy}
        </>
      )}
      {one.toldAt ? '; told' : '; nobody was told yet'}
    </>
  )
}

/** How it ends, and all that belongs to it; what there is none of is not said. */
function Belongs({ one: { data, resolvedAt } }: { one: Incident }) {
  const now = useNow()
  return (
    <>
      {resolvedAt === null && data.release && (
        <>
          <dt className="text-faint">Ends</dt>
          <dd className="text-ink">{humane(data.release, now)}</dd>
        </>
      )}
      {Object.keys(data.classes).length > 0 && (
        <>
          <dt className="text-faint">Endings</dt>
          <dd className="flex flex-wrap gap-1.5">
            {Object.entries(data.classes).map(([name, n]) => (
              <Chip key={name} tone="bad">
                {name} {n}
              </Chip>
            ))}
          </dd>
        </>
      )}
      {data.lanes.length > 0 && (
        <>
          <dt className="text-faint">Lanes</dt>
          <dd className="font-mono text-xs leading-5">{data.lanes.join('  ')}</dd>
        </>
      )}
      {data.tasks.length > 0 && (
        <>
          <dt className="text-faint">Tasks</dt>
          <dd className="flex flex-wrap gap-x-2">
            <TaskLinks tasks={data.tasks.slice(0, 20)} />
          </dd>
        </>
      )}
      {data.changed.length > 0 && (
        <>
          <dt className="text-faint">Changed before</dt>
          <dd>
            <ul>
              {data.changed.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </dd>
        </>
      )}
    </>
  )
}
