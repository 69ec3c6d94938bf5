// Tasks as a board, a column for each state. What is held can be released from here.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'

import type { Over } from '../lib/over.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { Failed, Loading } from './basics.tsx'
import { useTaskPages } from './task-pages.ts'

const columns = ['held', 'ready', 'taken', 'done', 'failed'] as const

export function TaskBoard() {
  return (
    <div className="grid auto-cols-[minmax(15rem,1fr)] grid-flow-col grid-cols-none gap-3 overflow-x-auto pb-2">
      {columns.map((name) => (
        <Column key={name} name={name} />
      ))}
    </div>
  )
}

function Column({ name }: { name: string }) {
  const { pages, rows } = useTaskPages(name, undefined)
  const navigate = useNavigate()
  const client = useQueryClient()
  const release = useMutation({
    mutationFn: (id: number) => call('releaseTask', { id }),
    onSuccess: () => refreshAll(client),
  })
  return (
    <section className="panel" aria-label={name}>
      <h2 className="eyebrow border-b border-line px-3 py-2">{name}</h2>
      <ul
        className="grid max-h-[calc(100dvh-13rem)] content-start gap-1.5 overflow-auto p-2"
        tabIndex={0}
      >
        {rows.slice(0, 100).map((row) => (
          <li key={row.id} className="rounded-md border border-line bg-ground px-2.5 py-1.5">
            <button
              type="button"
              className="block w-full text-left"
              onClick={() =>
                void navigate({ to: '.', search: (old: Over) => ({ ...old, task: row.id }) })
              }
            >
              <span className="mr-1.5 text-faint">{row.id}</span>
              {row.title}
            </button>
            {name === 'held' && (
              <button
                type="button"
                className="min-h-[24px] text-xs text-soft underline"
                onClick={() => release.mutate(row.id)}
              >
                release
              </button>
            )}
          </li>
        ))}
        {pages.error && (
          <li>
            <Failed error={pages.error} again={pages.refetch} old={pages.data !== undefined} />
          </li>
        )}
        {release.error && (
          <li>
            <Failed error={release.error} />
          </li>
        )}
        {pages.data === undefined && pages.isFetching && (
          <li>
            <Loading />
          </li>
        )}
        {pages.data !== undefined && rows.length === 0 && !pages.hasNextPage && (
          <li className="py-3 text-center text-faint">none</li>
        )}
        {(rows.length > 100 || pages.hasNextPage) && (
          <li className="text-center text-xs text-faint">more in the list</li>
        )}
      </ul>
    </section>
  )
}
