// The list of tasks: smooth at a hundred thousand rows, for it holds pages of them and paints only what is seen.

import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'

import type { Over } from '../lib/over.ts'
import { useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/time.ts'
import { Empty, Failed, Loading, When } from './basics.tsx'
import { TaskState } from './icon-state.tsx'
import { type TaskLine, useTaskPages } from './task-pages.ts'

const rowHeight = 30

export function TaskList({ state, q }: { state: string | undefined; q: string | undefined }) {
  const { pages, rows } = useTaskPages(state, q)
  const navigate = useNavigate()
  const now = useNow(5_000)
  const box = useRef<HTMLDivElement>(null)
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
  const at = useChosen(rows, list.scrollToIndex, open)
  return (
    <div className="panel">
      <Heads />
      {pages.error && (
        <Failed error={pages.error} again={pages.refetch} old={pages.data !== undefined} />
      )}
      <div
        ref={box}
        data-list
        className="h-[calc(100dvh-15.5rem)] overflow-auto"
        tabIndex={0}
        role="region"
        aria-label="Tasks, newest first"
      >
        {pages.data === undefined && pages.isFetching && <Loading rows={6} />}
        {pages.data !== undefined && rows.length === 0 && !pages.hasNextPage && (
          <Empty>{q ? 'No task is like that.' : 'No task is here.'} Press n for a new one.</Empty>
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
      <p data-shown className="border-t border-line px-3 py-1 text-xs text-faint">
        {rows.length.toLocaleString('en')} shown{pages.hasNextPage ? ', more below' : ''}
        {isFetchingNextPage ? ' …' : ''}
      </p>
    </div>
  )
}

/** The row that j and k choose, and Enter opens. */
function useChosen(
  rows: readonly TaskLine[],
  show: (index: number) => void,
  open: (id: number) => void,
): number {
  const [at, setAt] = useState(0)
  const move = (by: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + by))
    setAt(next)
    show(next)
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => rows[at] && open(rows[at].id),
  })
  return at
}

function Heads() {
  return (
    <div className="grid grid-cols-[4rem_6rem_minmax(0,1fr)] gap-x-3 border-b border-line px-3 py-1.5 text-xs text-faint md:grid-cols-[4.5rem_6.5rem_minmax(0,1fr)_8rem_4rem_6rem]">
      <span>task</span>
      <span>state</span>
      <span>title</span>
      <span className="hidden md:block">agent</span>
      <span className="hidden text-right md:block">tries</span>
      <span className="hidden text-right md:block">since</span>
    </div>
  )
}

const sinceOf = (row: TaskLine): string => row.settledAt ?? row.readyAt ?? row.createdAt

function Row(props: {
  row: TaskLine
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
      aria-current={chosen || undefined}
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
