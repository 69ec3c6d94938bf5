// Work that waits for a review; and tasks that land together: how many are done, and which one keeps the others.

import { Link } from '@tanstack/react-router'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { useNow } from '../lib/time.ts'
import { Chip, Empty, Got, PageHead, Section, When } from '../parts/basics.tsx'
import { TaskState } from '../parts/icon-state.tsx'
import { More } from '../parts/more.tsx'
import { OpenReviews } from '../parts/review-list.tsx'

type Convoy = Answer<'listConvoys'>['convoys'][number]

export function Convoys() {
  const convoys = usePaged({
    queryKey: ['convoys'],
    ask: (before, signal) => call('listConvoys', before === undefined ? {} : { before }, signal),
    rowsOf: (page) => page.convoys,
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Convoys and reviews" note="all of it lands, or none" />
      <div className="mb-4">
        <Section title="Waiting for a review">
          <OpenReviews />
        </Section>
      </div>
      <Got of={convoys} rows={4}>
        {(all) =>
          all.length === 0 ? (
            <div className="panel">
              <Empty>No convoy was made. `midwatch convoy create` makes one.</Empty>
            </div>
          ) : (
            <ol className="grid gap-3">
              {all.map((one) => (
                <Entry key={one.id} one={one} />
              ))}
            </ol>
          )
        }
      </Got>
      <More of={convoys.more} />
    </div>
  )
}

function Entry({ one }: { one: Convoy }) {
  const now = useNow()
  const total = Math.max(1, one.done + one.failed + one.skipped + one.open)
  const parts = [
    ['bg-good', one.done],
    ['bg-bad', one.failed],
    ['bg-faint', one.skipped],
  ] as const
  return (
    <li className="panel px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 font-semibold">{one.title}</h2>
        {one.landedAt ? (
          <Chip tone="good">landed</Chip>
        ) : (
          <Chip tone={one.failed > 0 ? 'bad' : 'moving'}>under way</Chip>
        )}
        <span className="ml-auto text-soft">
          done {one.done}, failed {one.failed}, skipped {one.skipped}, open {one.open}
        </span>
      </div>
      <div className="my-2 flex h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
        {parts.map(([tone, n]) => (
          <span key={tone} className={tone} style={{ width: `${(n / total) * 100}%` }} />
        ))}
      </div>
      <ul>
        {one.members.map((member) => (
          <li key={member.task}>
            <Link
              to="."
              search={{ task: member.task }}
              className="flex min-h-[24px] items-center gap-3 py-1 hover:underline"
            >
              <span className="w-10 text-faint">{member.task}</span>
              <span className="w-24">
                <TaskState task={{ ...member, verified: null }} />
              </span>
              <span className="min-w-0 truncate">{member.title}</span>
              {member.doneBy !== null && <span className="text-soft">done by {member.doneBy}</span>}
            </Link>
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs text-faint">
        made <When iso={one.createdAt} now={now} /> by {one.createdBy}
      </p>
    </li>
  )
}
