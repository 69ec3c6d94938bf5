// All tasks, as a list or as a board, cut by state, by words or by label.

import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'

import type { Over } from '../lib/over.ts'
import { call } from '../lib/api.ts'
import { useKeys } from '../lib/keys.ts'
import { Act, PageHead } from '../parts/basics.tsx'
import { NewTask } from '../parts/new-task.tsx'
import { TaskBoard } from '../parts/task-board.tsx'
import { TaskList } from '../parts/task-list.tsx'

const filters = ['all', 'ready', 'held', 'taken', 'done', 'failed', 'cancelled'] as const

export function Tasks() {
  const { state, view, q } = useSearch({ strict: false })
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const watch = useQuery({
    queryKey: ['watch'],
    queryFn: ({ signal }) => call('watch', {}, signal),
  })
  const counts = watch.data?.counts as Record<string, number> | undefined
  useKeys({ n: () => setAdding(true) }, !adding)
  return (
    <div className="mx-auto max-w-7xl">
      <PageHead title="Tasks">
        <Search />
        <Act
          onPress={() =>
            void navigate({
              to: '.',
              search: (old: Over) => ({ ...old, view: view === 'board' ? 'list' : 'board' }),
            })
          }
        >
          {view === 'board' ? 'As a list' : 'As a board'}
        </Act>
        <Act strong onPress={() => setAdding(true)}>
          New task
        </Act>
      </PageHead>
      {view === 'board' ? (
        <TaskBoard />
      ) : (
        <>
          <div className="mb-2 flex flex-wrap gap-1" role="group" aria-label="Only these">
            {filters.map((name) => (
              <button
                key={name}
                type="button"
                aria-pressed={(state ?? 'all') === name}
                onClick={() =>
                  void navigate({ to: '.', search: (old: Over) => ({ ...old, state: name }) })
                }
                className={`rounded-full px-2.5 py-0.5 ${(state ?? 'all') === name ? 'bg-ink text-ground' : 'text-soft hover:bg-sunken'}`}
              >
                {name}
                {counts?.[name] !== undefined && (
                  <span className="ml-1 text-xs">{counts[name].toLocaleString('en')}</span>
                )}
              </button>
            ))}
          </div>
          <TaskList key={`${state} ${q}`} state={state} q={q} />
        </>
      )}
      {adding && <NewTask onClose={() => setAdding(false)} />}
    </div>
  )
}

function Search() {
  const navigate = useNavigate()
  const { q } = useSearch({ strict: false })
  const [text, setText] = useState(q ?? '')
  const go = () => {
    const wanted = text.trim().replace(/^#/, '')
    if (/^\d+$/.test(wanted))
      void navigate({ to: '.', search: (old: Over) => ({ ...old, task: Number(wanted) }) })
    else void navigate({ to: '.', search: (old: Over) => ({ ...old, q: wanted }) })
  }
  return (
    <input
      type="search"
      data-search
      aria-label="Search tasks"
      placeholder="Number, words or label:x   /"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') go()
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      className="min-w-0 flex-1 rounded-md sm:w-60 sm:flex-none border border-line bg-panel px-2 py-1"
    />
  )
}
