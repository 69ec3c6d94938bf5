// Everything that happened, newest first, as it happens.

import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import { call } from '../lib/api.ts'
import { useLive } from '../lib/live.ts'
import { usePaged } from '../lib/paged.ts'
import { useNow } from '../lib/time.ts'
import { Empty, Got, PageHead, toneText, When } from '../parts/basics.tsx'
import { More } from '../parts/more.tsx'

export function Facts() {
  const now = useNow()
  const { facts: live } = useLive()
  const [wanted, setWanted] = useState('')
  const past = usePaged({
    queryKey: ['facts'],
    ask: async (before, signal) => {
      const from = before === undefined ? {} : { before }
      const page = await call('listFacts', { ...from, limit: 500 }, signal)
      return { ...page, next: page.earlier }
    },
    rowsOf: ({ facts }) => facts.toReversed(),
  })
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Facts" note="append-only; logs, metrics and this page are its readers">
        <input
          type="search"
          data-search
          aria-label="Search facts"
          placeholder="Search   /"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="w-full rounded-md sm:w-60 border border-line bg-panel px-2 py-1"
        />
      </PageHead>
      <div className="panel">
        <Got of={past} rows={8}>
          {(facts) => {
            const shown = new Set(live.map(({ id }) => id))
            const older = facts.filter(({ id }) => !shown.has(id))
            const all = [...live, ...older].filter((one) =>
              `${one.kind} ${one.sentence}`.toLowerCase().includes(wanted.toLowerCase()),
            )
            if (all.length === 0) return <Empty>No fact is like that.</Empty>
            return (
              <ol className="py-1">
                {all.map((fact) => (
                  <li key={fact.id} className="flex gap-3 px-3 leading-[24px]">
                    <span className="w-16 shrink-0 text-xs leading-6 text-faint">
                      <When iso={fact.at} now={now} />
                    </span>
                    <span className="hidden w-36 shrink-0 truncate font-mono text-xs leading-6 text-faint md:block">
                      {fact.kind}
                    </span>
                    {fact.taskId !== null && (
                      <Link
                        to="."
                        search={{ task: fact.taskId }}
                        className="inline-block min-w-[24px] leading-[24px] text-soft underline"
                      >
                        {fact.taskId}
                      </Link>
                    )}
                    <span className={`min-w-0 break-words ${toneText[fact.tone]}`}>
                      {fact.sentence}
                    </span>
                  </li>
                ))}
              </ol>
            )
          }}
        </Got>
        <More of={past.more} />
      </div>
    </div>
  )
}
