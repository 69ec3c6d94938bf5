// Tasks page by page, as a list or a column of the board asks for them. Words are looked for in the store, some thousands of
// tasks at a time, so that a page may come back short and have a next one.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { followsFacts } from '../lib/refresh.ts'
import { useFreshRows } from './task-fresh.ts'

export type TaskLine = Answer<'listTasks'>['tasks'][number]

const asked = (state: string | undefined) =>
  state === undefined || state === 'all'
    ? {}
    : ['done', 'failed', 'cancelled'].includes(state)
      ? { outcome: [state as 'done'] }
      : { state: [state as 'ready'] }

const pageSize = 200

/** Every page that was asked for so far, and their rows. */
export function useTaskPages(state: string | undefined, q: string | undefined) {
  const label = /^label:(\S+)/.exec(q ?? '')?.[1]
  const words = label === undefined ? (q ?? '').trim() : ''
  const queryKey = [followsFacts, state ?? 'all', label ?? '', words]
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'listTasks',
        {
          ...asked(state),
          limit: pageSize,
          ...(label !== undefined && { label }),
          ...(words !== '' && { words }),
          ...(pageParam !== undefined && { before: pageParam }),
        },
        signal,
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: false,
  })
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.tasks) ?? [], [pages.data])
  useFreshRows(queryKey, (row) => fits(row, state, label, words))
  return { pages, rows }
}

/** Whether a row belongs into this list, as the server would judge. */
function fits(
  row: TaskLine,
  state: string | undefined,
  label: string | undefined,
  words: string,
): boolean {
  const inState = state === undefined || state === 'all' || (row.outcome ?? row.state) === state
  const title = row.title.toLowerCase()
  return (
    inState &&
    (label === undefined || row.labels.includes(label)) &&
    words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => title.includes(word))
  )
}
