// Law: ids only grow and are never used again, and rows go only by pruning: what is settled, old enough, and needed by nothing.

import { partOf } from '../part.ts'
import { prunedIn } from '../deeds/of-fleets.ts'
import type { Bench, Checker, Rows } from './contract.ts'
import type { Journal } from './journal.ts'

interface Given {
  /** The newest id of each kind of row. */
  readonly newest: Map<string, number>
  /** When each task was settled, by the date of whoever did it. */
  readonly settledAt: Map<number, number>
  /** Live holds and attempts that were told of, by their task. */
  readonly holds: Map<number, number[]>
}

const givenIn = partOf<Journal, Given>(() => ({
  newest: new Map(),
  settledAt: new Map(),
  holds: new Map(),
}))

export const kept: Checker = {
  law: 'ids only grow, and rows go only by pruning',
  invariants: [4, 21],
  fact({ journal, accuse }, { at, taskId, attemptId, body }) {
    const { newest, settledAt, holds } = givenIn(journal)
    const grow = (what: string, id: number | null) => {
      if (id === null) return
      const before = newest.get(what) ?? 0
      if (id <= before) accuse(`${what} ${id} was given after ${what} ${before}`, taskId)
      newest.set(what, id)
    }
    if (body.kind === 'task.enqueued') grow('task', taskId)
    if (body.kind === 'attempt.claimed') grow('attempt', attemptId)
    if (body.kind === 'convoy.created') grow('convoy', body.convoyId)
    if (taskId === null) return
    if (body.kind === 'task.settled') settledAt.set(taskId, at)
    if (body.kind !== 'task.held') return
    grow('hold', body.holdId)
    holds.set(taskId, [...(holds.get(taskId) ?? []), body.holdId])
  },
  end(bench, rows) {
    judgeKept(bench, rows)
  },
}

function judgeKept({ world, journal, accuse }: Bench, { tasks, attempts, holds }: Rows): void {
  const given = givenIn(journal)
  const there = new Set(tasks.map(({ id }) => id))
  const { before, count } = prunedIn(world)
  let gone = 0
  for (const { id } of journal.tasks.values()) {
    if (there.has(id)) continue
    gone += 1
    const settledAt = given.settledAt.get(id) ?? Number.POSITIVE_INFINITY
    if (settledAt >= before) accuse(`task ${id} is gone, and nobody pruned what is so young`, id)
  }
  world.truth.count('pruned', gone)
  if (gone !== count) accuse(`${gone} tasks are gone, and ${count} were pruned`)
  for (const task of tasks) {
    const rowsOf = (all: readonly { readonly id: number }[] = []) =>
      new Set(all.map(({ id }) => id))
    const [ended, put] = [rowsOf(attempts.get(task.id)), rowsOf(holds.get(task.id))]
    for (const id of journal.tasks.get(task.id)?.attempts ?? [])
      if (!ended.has(id)) accuse(`attempt ${id} is gone, and its task is not`, task.id)
    for (const id of given.holds.get(task.id) ?? [])
      if (!put.has(id)) accuse(`hold ${id} is gone, and its task is not`, task.id)
    if (task.state === 'settled') continue
    if (task.againOf !== null && !there.has(task.againOf))
      accuse(`task ${task.againOf} is gone, and task ${task.id} does it again`, task.id)
  }
}
