// What was done to the world, once each. What may have happened stands first: it waits to be asked about.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { call } from '../lib/api.ts'
import { useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, type Tone, When } from '../parts/basics.tsx'

const tones: Readonly<Record<string, Tone>> = {
  performed: 'good',
  reserved: 'moving',
  failed: 'aside',
  uncertain: 'bad',
}

export function Effects() {
  const now = useNow()
  const effects = useQuery({
    queryKey: ['effects'],
    queryFn: ({ signal }) => call('listEffects', {}, signal),
  })
  return (
    <div className="mx-auto max-w-6xl">
      <PageHead title="Effects" note="done to the world, once, by key" />
      <div className="panel">
        <Got of={effects} rows={5}>
          {({ effects: all }) =>
            all.length === 0 ? (
              <Empty>Nothing has been done to the world through Midwatch.</Empty>
            ) : (
              <ul className="divide-y divide-line">
                {all
                  .toSorted(
                    (a, b) => Number(b.state === 'uncertain') - Number(a.state === 'uncertain'),
                  )
                  .map((one) => (
                    <li key={one.id} className="flex flex-wrap items-baseline gap-x-3 px-3 py-2">
                      <span className="w-20">
                        <Chip tone={tones[one.state] ?? 'plain'}>{one.state}</Chip>
                      </span>
                      <span className="min-w-0 font-mono break-all">{one.key}</span>
                      <span className="text-soft">{one.kind}</span>
                      {one.taskId !== null && (
                        <Link to="." search={{ task: one.taskId }} className="text-soft underline">
                          task {one.taskId}
                        </Link>
                      )}
                      <span className="min-w-0 flex-1 truncate text-soft">{one.reason ?? ''}</span>
                      <span className="text-xs text-faint">
                        <When iso={one.settledAt ?? one.reservedAt} now={now} />
                      </span>
                    </li>
                  ))}
              </ul>
            )
          }
        </Got>
      </div>
    </div>
  )
}
