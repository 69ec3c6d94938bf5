// Reading: every question the loops and surfaces ask, each answered from an index, so that cost does not grow with
// history. Nothing here writes.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { Hold } from '../../../model/hold.ts'
import type { Task } from '../../../model/task.ts'
import type { OpenAttempt } from '../contract/shapes.ts'
import type { Counts } from '../contract/shapes.ts'
import {
  type AttemptRow,
  attemptFromRow,
  type HoldRow,
  holdFromRow,
  type TaskRow,
  taskFromRow,
} from '../rows.ts'
import { keyed } from '../many.ts'
import { all, first, type Script } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { underWay } from './under-way.ts'

const readTask = statement<{ id: number }, TaskRow>(
  'readTask',
  (_db, arg) =>
    sql<TaskRow>`SELECT t.*, d.demand_json, (SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts
      FROM tasks t JOIN demands d ON d.id = t.demand_id WHERE t.id = ${arg('id')}`,
)

/** See Store.task. */
export function* task(id: number): Script<Task | null> {
  const row = yield* first(readTask, { id })
  return row ? taskFromRow(row) : null
}

const readAttempt = keyed<{ id: number }, AttemptRow>(
  'readAttempt',
  { key: 'id', column: 'id', types: { id: 'bigint' } },
  (its) => sql<AttemptRow>`SELECT * FROM attempts WHERE ${its}`,
)
const readAttemptsOf = statement<{ taskId: number }, AttemptRow>('readAttemptsOf', (db, arg) =>
  db.selectFrom('attempts').selectAll().where('task_id', '=', arg('taskId')).orderBy('id'),
)
const readAttemptsAmong = statement<{ ids: string; host: string }, AttemptRow>(
  'readAttemptsAmong',
  (_db, arg, dialect) =>
    sql<AttemptRow>`SELECT * FROM attempts WHERE id IN (${numbersOf(arg('ids'), dialect)})
      AND host = ${arg('host')} ORDER BY id`,
)
const readToken = statement<{ id: number; hash: string }, { id: number }>('readToken', (db, arg) =>
  db
    .selectFrom('attempts')
    .select('id')
    .where('id', '=', arg('id'))
    .where('token_hash', '=', arg('hash')),
)

/** See Store.attempt. */
export function* attempt(id: number): Script<Attempt | null> {
  const row = yield* first(readAttempt, { id })
  return row ? attemptFromRow(row) : null
}

/** See Store.attemptsOf. */
export function* attemptsOf(taskId: number): Script<readonly Attempt[]> {
  return (yield* all(readAttemptsOf, { taskId })).map(attemptFromRow)
}

/** See Store.attemptsAmong. */
export function* attemptsAmong(ids: readonly number[], host: string): Script<readonly Attempt[]> {
  return (yield* all(readAttemptsAmong, { ids: JSON.stringify(ids), host })).map(attemptFromRow)
}

/** See Store.tokenFits. */
export function* tokenFits(id: number, hash: string): Script<boolean> {
  return (yield* first(readToken, { id, hash })) !== undefined
}

const readHolds = statement<{ taskId: number; liveOnly: number }, HoldRow>(
  'readHolds',
  (_db, arg) =>
    sql<HoldRow>`SELECT * FROM holds WHERE task_id = ${arg('taskId')}
      AND (${arg('liveOnly')} = 0 OR released_at IS NULL) ORDER BY id`,
)

/** See Store.holdsOf. */
export function* holdsOf(taskId: number, liveOnly: boolean): Script<readonly Hold[]> {
  return (yield* all(readHolds, { taskId, liveOnly: Number(liveOnly) })).map(holdFromRow)
}

// `+id` keeps the planner from walking every attempt there ever was only to spare a sort of the few unended ones.
const readOpen = statement<object, AttemptRow>(
  'readOpen',
  (_db, _arg, dialect) =>
    sql<AttemptRow>`SELECT * FROM attempts WHERE ${underWay(dialect)} ORDER BY +id`,
)
const readOpenOfHost = statement<{ host: string }, AttemptRow>(
  'readOpenOfHost',
  (_db, arg, dialect) =>
    sql<AttemptRow>`SELECT * FROM attempts WHERE ${underWay(dialect)} AND host = ${arg('host')} ORDER BY +id`,
)

/** See Store.unended. */
export function* unended(host: string | null): Script<readonly Attempt[]> {
  return (yield* rowsOf(host)).map(attemptFromRow)
}

function* rowsOf(host: string | null): Script<readonly AttemptRow[]> {
  return host === null ? yield* all(readOpen, {}) : yield* all(readOpenOfHost, { host })
}

const readEndedUnsettled = statement<{ limit: number }, AttemptRow>(
  'readEndedUnsettled',
  (_db, arg) => sql<AttemptRow>`${endedUnsettledRows} ORDER BY +a.id LIMIT ${arg('limit')}`,
)
const readEndedUnsettledOf = statement<{ host: string; limit: number }, AttemptRow>(
  'readEndedUnsettledOf',
  (_db, arg) =>
    sql<AttemptRow>`${endedUnsettledRows} AND a.host = ${arg('host')} ORDER BY +a.id LIMIT ${arg('limit')}`,
)
const endedUnsettledRows = sql`SELECT a.* FROM tasks t CROSS JOIN attempts a
  WHERE t.state = 'taken' AND a.id = t.attempt_id AND a.state = 'ended'`

/** See Store.endedUnsettled. */
export function* endedUnsettled(
  host: string | null,
  limit: number,
): Script<readonly OpenAttempt[]> {
  return yield* withTasks(
    host === null
      ? yield* all(readEndedUnsettled, { limit })
      : yield* all(readEndedUnsettledOf, { host, limit }),
  )
}

const readTasks = statement<{ ids: string }, TaskRow>(
  'readTasks',
  (_db, arg, dialect) =>
    sql<TaskRow>`SELECT t.*, d.demand_json, (SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts
      FROM tasks t JOIN demands d ON d.id = t.demand_id WHERE t.id IN (${numbersOf(arg('ids'), dialect)})`,
)

function* withTasks(rows: readonly AttemptRow[]): Script<readonly OpenAttempt[]> {
  if (rows.length === 0) return []
  const ids = JSON.stringify([...new Set(rows.map((row) => row.task_id))])
  const its = new Map((yield* all(readTasks, { ids })).map((row) => [row.id, taskFromRow(row)]))
  return rows.map((row) => ({
    attempt: attemptFromRow(row),
    task: present(its.get(row.task_id), 'a task outlives its unended attempts'),
  }))
}

const readPlace = statement<{ id: number }, { place: number | null }>(
  'readPlace',
  (_db, arg) =>
    sql<{
      place: number | null
    }>`SELECT (SELECT count(*) FROM (SELECT 1 FROM tasks b WHERE b.demand_id = t.demand_id AND b.state = 'ready'
      AND (b.rank, b.id) < (t.rank, t.id) LIMIT 10000) first_ones) AS place FROM tasks t WHERE t.id = ${arg('id')} AND t.state = 'ready'`,
)

/** See Store.placeOf. */
export function* placeOf(taskId: number): Script<number | null> {
  const row = yield* first(readPlace, { id: taskId })
  return row === undefined || row.place === null ? null : Number(row.place)
}

const readNextDue = statement<object, { due: number | null }>(
  'readNextDue',
  () =>
    sql<{ due: number | null }>`SELECT min(due) AS due FROM (
      SELECT min(until) AS due FROM holds WHERE released_at IS NULL AND kind = 'time'
      UNION ALL SELECT min(until) AS due FROM gates WHERE state IN ('pinned','shut')) x`,
)

/** See Store.nextDue. */
export function* nextDue(): Script<number | null> {
  const row = yield* first(readNextDue, {})
  return row?.due ?? null
}

const readOwnWaits = statement<object, { n: number }>(
  'readOwnWaits',
  () =>
    sql<{ n: number }>`SELECT count(*) AS n FROM holds WHERE released_at IS NULL AND kind = 'time'
      AND (release_json LIKE '%"why":"backoff"%' OR release_json LIKE '%"why":"cooldown"%')`,
)

/** See Store.ownWaits. */
export function* ownWaits(): Script<number> {
  return Number((yield* first(readOwnWaits, {}))?.n ?? 0)
}

const readOpenCounts = statement<{ host: string }, { agent: string; n: number; here: number }>(
  'readOpenCounts',
  (_db, arg, dialect) =>
    sql<{ agent: string; n: number; here: number }>`SELECT agent, count(*) AS n,
      sum(CASE WHEN host = ${arg('host')} THEN 1 ELSE 0 END) AS here
      FROM attempts WHERE ${underWay(dialect)} GROUP BY agent`,
)

/** See Store.openCounts. */
export function* openCounts(
  host: string,
): Script<{ byAgent: Readonly<Record<string, number>>; onHost: number }> {
  const byAgent: Record<string, number> = {}
  let onHost = 0
  for (const row of yield* all(readOpenCounts, { host })) {
    byAgent[row.agent] = Number(row.n)
    onHost += Number(row.here)
  }
  return { byAgent, onHost }
}

const readUnsettled = statement<object, { state: string; n: number }>(
  'readUnsettled',
  () =>
    sql<{ state: string; n: number }>`SELECT state, count(*) AS n FROM tasks
      WHERE state IN ('held','ready','taken') GROUP BY state`,
)
const readTallies = statement<object, { name: string; n: number }>(
  'readTallies',
  () =>
    sql<{
      name: string
      n: number
    }>`SELECT name, CAST(sum(n) AS BIGINT) AS n FROM tallies GROUP BY name`,
)

/** See Store.counts: the settled are kept as totals, only the unsettled are counted. */
export function* counts(): Script<Counts> {
  const n: Record<string, number> = {}
  for (const row of yield* all(readUnsettled, {})) n[row.state] = Number(row.n)
  for (const row of yield* all(readTallies, {})) n[row.name] = Number(row.n)
  return {
    held: n['held'] ?? 0,
    ready: n['ready'] ?? 0,
    taken: n['taken'] ?? 0,
    done: n['settled:done'] ?? 0,
    failed: n['settled:failed'] ?? 0,
    cancelled: n['settled:cancelled'] ?? 0,
  }
}

const readOldestReady = statement<object, { id: number; title: string; ready_at: number }>(
  'readOldestReady',
  () =>
    sql<{ id: number; title: string; ready_at: number }>`SELECT id, title, ready_at FROM tasks
      WHERE state = 'ready' ORDER BY id LIMIT 1`,
)

/** See Store.oldestReady. */
export function* oldestReady(): Script<{
  taskId: number
  title: string
  readyAt: number
} | null> {
  const row = yield* first(readOldestReady, {})
  return row === undefined ? null : { taskId: row.id, title: row.title, readyAt: row.ready_at }
}
