// Where a task comes from: kept when it is made, under the lock of its root, so that two who make work at once do not both
// find room for the last one.

import { sql } from 'kysely'

import { refused } from '../../../base/errors.ts'
import {
  type Origin,
  type OriginKind,
  type Provenance,
  perAttemptMax,
  perRootMax,
  whyNotMade,
} from '../../../model/provenance.ts'
import { taskNotFound } from '../../../model/task-refusals.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { lockName } from './lock.ts'

interface Row {
  task_id: number
  kind: OriginKind
  parent: number | null
  root: number
  depth: number
  sensed: number
  attempt_id: number | null
}

const selectProvenance = statement<{ taskId: number }, Row>(
  'selectProvenance',
  (_db, arg) =>
    sql<Row>`SELECT task_id, kind, parent, root, depth, sensed, attempt_id FROM provenance WHERE task_id = ${arg('taskId')}`,
)
const selectTaskThere = statement<{ taskId: number }, { id: number }>(
  'selectTaskThere',
  (_db, arg) => sql<{ id: number }>`SELECT id FROM tasks WHERE id = ${arg('taskId')}`,
)
const putProvenance = statement<{
  taskId: number
  kind: OriginKind
  parent: number | null
  root: number
  depth: number
  sensed: number
  attemptId: number | null
}>(
  'putProvenance',
  (_db, arg) =>
    sql`INSERT INTO provenance (task_id, kind, parent, root, depth, sensed, attempt_id)
      VALUES (${arg('taskId')}, ${arg('kind')}, ${arg('parent')}, ${arg('root')}, ${arg('depth')}, ${arg('sensed')},
        ${arg('attemptId')})`,
)
/** No more are counted than matter: what was made costs nothing for ever. */
const countBelow = statement<{ root: number; most: number }, { n: number }>(
  'countBelowRoot',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM (SELECT 1 FROM provenance
      WHERE root = ${arg('root')} AND kind IN ('session','sensor') LIMIT ${arg('most')}) AS made`,
)
const countOfAttempt = statement<{ attemptId: number; most: number }, { n: number }>(
  'countOfAttempt',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM (SELECT 1 FROM provenance
      WHERE attempt_id = ${arg('attemptId')} LIMIT ${arg('most')}) AS made`,
)

/** See Store.provenance. */
export function* provenance(taskId: number): Script<Provenance | null> {
  const row = yield* first(selectProvenance, { taskId })
  if (row === undefined) return null
  const { kind, parent, root, depth, sensed } = row
  return { taskId, kind, parent, root, depth: Number(depth), sensed: Number(sensed) }
}

/** What the task that is made next will be known by; the first of its line is its own root. */
export type Line = Omit<Provenance, 'taskId' | 'root'> & {
  readonly root: number | null
  readonly attemptId: number | null
}

/**
 * Judges an origin under the lock of its root. What a person wants again keeps the line of what it does again. Throws what
 * the model says against it, and `task.missing`.
 */
export function* lineOf(origin: Origin | null, againOf: number | null): Script<Line | null> {
  if (origin !== null) return yield* judgedLine(origin)
  const row = againOf === null ? undefined : yield* first(selectProvenance, { taskId: againOf })
  if (row === undefined) return null
  const { kind, parent, root, depth, sensed, attempt_id: attemptId } = row
  return { kind, parent, root, depth: Number(depth), sensed: Number(sensed), attemptId }
}

function* judgedLine(origin: Origin): Script<Line> {
  const { kind } = origin
  const attemptId = origin.kind === 'session' ? origin.attemptId : null
  const own = Number(kind === 'sensor')
  const parent = yield* parentOf(origin)
  if (parent === null) return { kind, parent, root: null, depth: 1, sensed: own, attemptId }
  const above = yield* provenance(parent)
  const root = above?.root ?? parent
  if (kind === 'session' || kind === 'sensor') yield* lockName('root', String(root))
  const below = yield* first(countBelow, { root, most: perRootMax })
  const byIt =
    attemptId === null
      ? undefined
      : yield* first(countOfAttempt, { attemptId, most: perAttemptMax })
  const made = { byAttempt: Number(byIt?.n ?? 0), belowRoot: Number(below?.n ?? 0) }
  const why = whyNotMade(origin, above, made)
  if (why !== null) throw refused(why.code, why.sentence, why.release)
  const sensed = (above?.sensed ?? 0) + own
  return { kind, parent, root, depth: (above?.depth ?? 0) + 1, sensed, attemptId }
}

/** A sensor may name a task that was pruned since: what it sees is then the first of its line. */
function* parentOf(origin: Origin): Script<number | null> {
  const taskId = 'taskId' in origin ? origin.taskId : null
  if (taskId === null || (yield* first(selectTaskThere, { taskId })) !== undefined) return taskId
  if (origin.kind === 'sensor') return null
  throw taskNotFound(taskId)
}

/** Keeps it with the task just made. */
export function* keepLine(taskId: number, line: Line): Script<void> {
  yield* all(putProvenance, {
    ...line,
    taskId,
    root: line.root ?? taskId,
  })
}
