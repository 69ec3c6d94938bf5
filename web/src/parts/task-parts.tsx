// Further parts of a task: its order, the reviews of its work, and what its sessions did to the world.

import { useQuery } from '@tanstack/react-query'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { Empty, Got } from './basics.tsx'
import { EffectList } from './effect-list.tsx'
import { ReviewLine } from './reviews.tsx'

type Shown = Answer<'showTask'>

export function Order({ task }: { task: Shown['task'] }) {
  return (
    <div className="grid gap-2 p-3">
      <pre
        className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap"
        tabIndex={0}
      >
        {task.run ?? task.prompt}
      </pre>
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1">
        <dt className="text-soft">In</dt>
        <dd className="font-mono text-xs leading-5 break-all">{task.cwd}</dd>
        {task.verify && (
          <>
            <dt className="text-soft">Check</dt>
            <dd className="font-mono text-xs leading-5 break-all">{task.verify}</dd>
          </>
        )}
        <dt className="text-soft">Attempts</dt>
        <dd>
          {task.attempts} had; settles as failed after {task.attemptsMax} that are its own fault
        </dd>
      </dl>
    </div>
  )
}

export function Reviews({ id }: { id: number }) {
  const reviews = useQuery({
    queryKey: ['task', id, 'reviews'],
    queryFn: ({ signal }) => call('listReviews', { id }, signal),
  })
  return (
    <Got of={reviews}>
      {({ reviews: all }) =>
        all.length === 0 ? (
          <Empty>Its work was not reviewed.</Empty>
        ) : (
          <ul className="divide-y divide-line">
            {all.map((one) => (
              <ReviewLine key={one.task} one={one} />
            ))}
          </ul>
        )
      }
    </Got>
  )
}

export function TaskEffects({ id }: { id: number }) {
  return (
    <EffectList
      queryKey={['task', id, 'effects']}
      only={{ task: id }}
      none="Its sessions did nothing to the world through Midwatch."
    />
  )
}
