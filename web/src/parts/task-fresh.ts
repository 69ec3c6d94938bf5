// Keeps a long list fresh without asking for all of it: facts name the tasks that changed, those alone are asked for, and
// their rows are put where they belong. A list of a hundred thousand rows costs as much as one of ten.

import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { call } from '../lib/api.ts'
import { useLive } from '../lib/live.ts'
import type { TaskLine } from './task-pages.ts'

interface Page {
  tasks: TaskLine[]
  next: number | null
}

/** What comes together is asked for together: at once after a rest, else at most so often. */
const soonMs = 10
const everyMs = 200
const atOnce = 200

/** Follows the facts for the list of this key; `fits` says whether a row belongs into it. */
export function useFreshRows(queryKey: readonly string[], fits: (row: TaskLine) => boolean): void {
  const client = useQueryClient()
  const { facts } = useLive()
  const seen = useRef(facts[0]?.id ?? 0)
  const changed = useRef(new Set<number>())
  const waiting = useRef(false)
  const lastMs = useRef(-everyMs)
  const newest = useRef(fits)
  newest.current = fits
  const key = JSON.stringify(queryKey)
  useEffect(() => {
    for (const fact of facts) {
      if (fact.id <= seen.current) break
      if (fact.taskId !== null) changed.current.add(fact.taskId)
    }
    seen.current = Math.max(seen.current, facts[0]?.id ?? 0)
    if (changed.current.size === 0 || waiting.current) return
    waiting.current = true
    const restMs = lastMs.current + everyMs - performance.now()
    setTimeout(
      () => {
        waiting.current = false
        lastMs.current = performance.now()
        const ids = [...changed.current].slice(0, atOnce)
        for (const id of ids) changed.current.delete(id)
        void call('listTasks', { ids, limit: atOnce })
          .then(({ tasks }) =>
            client.setQueryData<InfiniteData<Page>>(
              JSON.parse(key) as string[],
              (before) => before && merged(before, tasks, newest.current),
            ),
          )
          .catch(() => {}) // what is old stays, and the next fact asks again
      },
      Math.max(soonMs, restMs),
    )
  }, [facts, client, key])
}

/** The same pages with these rows as they are now: put in order, changed in place, or gone. */
export function merged(
  before: InfiniteData<Page>,
  fresh: readonly TaskLine[],
  fits: (row: TaskLine) => boolean,
): InfiniteData<Page> {
  const rows = new Map(fresh.map((row) => [row.id, row]))
  const top = before.pages[0]?.tasks[0]?.id ?? 0
  const pages = before.pages.map((page) =>
    page.tasks.some(({ id }) => rows.has(id))
      ? {
          ...page,
          tasks: page.tasks.flatMap((row) => {
            const now = rows.get(row.id) ?? row
            rows.delete(row.id)
            return fits(now) ? [now] : []
          }),
        }
      : page,
  )
  const floor = before.pages.at(-1)?.next ?? 0
  for (const row of [...rows.values()].toSorted((a, b) => a.id - b.id))
    if (fits(row) && row.id >= floor) place(pages, row, row.id > top)
  return { ...before, pages }
}

/** Puts a row that the list has not had where its number belongs. */
function place(pages: Page[], row: TaskLine, atTop: boolean): void {
  const at = atTop ? 0 : pages.findIndex(({ tasks }) => (tasks.at(-1)?.id ?? 0) < row.id)
  const index = at < 0 ? pages.length - 1 : at
  const page = pages[index]
  if (page === undefined) return
  const tasks = [...page.tasks, row].toSorted((a, b) => b.id - a.id)
  pages[index] = { ...page, tasks }
}
