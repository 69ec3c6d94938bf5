// All tasks: a list that stays smooth at a hundred thousand rows, for it holds pages of them and paints only what is seen;
// or a board by state.

import { useInfiniteQuery, useQuery, useQueryClient, useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import type { Over } from '../lib/over.ts'
import { call } from '../lib/api.ts'
import { useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/time.ts'
import { Act, Empty, Failed, PageHead, When } from '../parts/basics.tsx'
import { TaskState } from '../parts/icon-state.tsx'
import { NewTask } from '../parts/new-task.tsx'

type Line = Answer<'listTasks'>['tasks'][number]

const filters = ['all', 'ready', 'held', 'taken', 'done', 'failed', 'cancelled'] as const
const asked = (state: string | undefined) =>
  state === undefined || state === 'all'
    ? {}
    : ['done', 'failed', 'cancelled'].includes(state)
      ? { outcome: [state as 'done'] }
      : { state: [state as 'ready'] }

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
        <Board />
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
                  <span className="ml-1 opacity-70">{counts[name].toLocaleString('en')}</span>
                )}
              </button>
            ))}
          </div>
          <List key={`${state} ${q}`} state={state} q={q} />
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
      className="w-56 rounded-md border border-line bg-panel px-2 py-1"
    />
  )
}

const pageSize = 200

function useTaskPages(state: string | undefined, q: string | undefined) {
  const label = /^label:(\S+)/.exec(q ?? '')?.[1]
  const words = label === undefined ? (q ?? '').toLowerCase() : ''
  const pages = useInfiniteQuery({
    queryKey: ['tasks', state ?? 'all', label ?? ''],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'listTasks',
        {
          ...asked(state),
          limit: pageSize,
          ...(label !== undefined && { label }),
          ...(pageParam !== undefined && { before: pageParam }),
        },
        signal,
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: false,
  })
  const rows = useMemo(() => {
    const all = pages.data?.pages.flatMap((page) => page.tasks) ?? []
    return words === '' ? all : all.filter((one) => one.title.toLowerCase().includes(words))
  }, [pages.data, words])
  return { pages, rows }
}

const rowHeight = 30

function List({ state, q }: { state: string | undefined; q: string | undefined }) {
  const { pages, rows } = useTaskPages(state, q)
  const navigate = useNavigate()
  const now = useNow(5_000)
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const seen = list.getVirtualItems()
  const last = seen.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  useEffect(() => {
    if (last >= rows.length - 50 && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const open = (id: number) =>
    void navigate({ to: '.', search: (old: Over) => ({ ...old, task: id }) })
  const move = (by: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + by))
    setAt(next)
    list.scrollToIndex(next)
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => rows[at] && open(rows[at].id),
  })
  return (
    <div className="panel">
      <div className="grid grid-cols-[4rem_6rem_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-1.5 text-xs text-faint md:grid-cols-[4.5rem_6.5rem_minmax(0,1fr)_8rem_4rem_6rem]">
        <span>task</span>
        <span>state</span>
        <span>title</span>
        <span className="hidden md:block">agent</span>
        <span className="hidden text-right md:block">tries</span>
        <span className="hidden text-right md:block">since</span>
      </div>
      {pages.error && <Failed error={pages.error} again={pages.refetch} />}
      <div
        ref={box}
        data-list
        className="h-[calc(100dvh-15.5rem)] overflow-auto"
        tabIndex={0}
        role="region"
        aria-label="Tasks, newest first"
      >
        {rows.length === 0 && !pages.isFetching && (
          <Empty>No task is here. Press n for a new one.</Empty>
        )}
        <div className="relative" style={{ height: list.getTotalSize() }}>
          {seen.map(({ index, start }) => {
            const row = rows[index]
            return (
              row && (
                <Row
                  key={row.id}
                  row={row}
                  start={start}
                  now={now}
                  chosen={index === at}
                  onOpen={open}
                />
              )
            )
          })}
        </div>
      </div>
      <p className="border-t border-line px-3 py-1 text-xs text-faint">
        {rows.length.toLocaleString('en')} shown{pages.hasNextPage ? ', more below' : ''}
        {isFetchingNextPage ? ' …' : ''}
      </p>
    </div>
  )
}

const sinceOf = (row: Line): string => row.settledAt ?? row.readyAt ?? row.createdAt

function Row(props: {
  row: Line
  start: number
  now: number
  chosen: boolean
  onOpen: (id: number) => void
}) {
  const { row, start, now, chosen, onOpen } = props
  return (
    <button
      type="button"
      data-row
      onClick={() => onOpen(row.id)}
      className={`absolute inset-x-0 grid grid-cols-[4rem_6rem_minmax(0,1fr)] items-center gap-x-3 px-3 text-left hover:bg-sunken md:grid-cols-[4.5rem_6.5rem_minmax(0,1fr)_8rem_4rem_6rem] ${chosen ? 'bg-sunken' : ''}`}
      style={{ height: rowHeight, transform: `translateY(${start}px)` }}
    >
      <span className="text-faint">{row.id}</span>
      <span>
        <TaskState task={row} />
      </span>
      <span className="truncate">{row.title}</span>
      <span className="hidden truncate text-soft md:block">{row.agent ?? row.kind}</span>
      <span className="hidden text-right text-soft md:block">{row.attempts || ''}</span>
      <span className="hidden text-right text-xs text-faint md:block">
        <When iso={sinceOf(row)} now={now} />
      </span>
    </button>
  )
}

const columns = ['held', 'ready', 'taken', 'done', 'failed'] as const

function Board() {
  return (
    <div className="grid auto-cols-[minmax(15rem,1fr)] grid-flow-col gap-3 overflow-x-auto pb-2">
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
    onSuccess: () => client.invalidateQueries(),
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
        {rows.length === 0 && !pages.isFetching && (
          <li className="py-3 text-center text-faint">none</li>
        )}
        {(rows.length > 100 || pages.hasNextPage) && (
          <li className="text-center text-xs text-faint">more in the list</li>
        )}
      </ul>
    </section>
  )
}
