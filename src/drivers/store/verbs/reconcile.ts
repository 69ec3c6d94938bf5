// broken and mend, and which rows to look at: those that facts tell of, and a slice of the others at each pass, so that
// what was written past every verb is found as well.

import { type RawBuilder, sql } from 'kysely'

import type { RowLawName, RowTable } from '../../../model/row-law.ts'
import type { BrokenRow, RowIds } from '../contract/reconcile.ts'
import { all, first, type Script } from '../script.ts'
import type { DutyTerm } from '../../../model/duty.ts'
import { isStillOnDuty } from './duties.ts'
import { type DialectName, numbersOf, type Statement, statement } from '../statement.ts'
import { record } from './facts.ts'
import { findBroken, lawAt } from './laws/find.ts'
import { rowLaws } from './laws/list.ts'
import { underWay } from './under-way.ts'

/** See Store.broken. One question, whatever the number of laws. */
export function* broken({ rows, now }: { rows: RowIds; now: number }): Script<BrokenRow[]> {
  if (rows.tasks.length + rows.attempts.length === 0) return []
  const ids = { tasks: JSON.stringify(rows.tasks), attempts: JSON.stringify(rows.attempts) }
  const found = yield* all(findBroken, { ...ids, now })
  return found
    .toSorted((a, b) => a.place - b.place || a.id - b.id)
    .map(({ place, id, what }) => ({ law: lawAt(Number(place)), id, what }))
}

/** See Store.mend. */
export function* mend(input: {
  law: RowLawName
  id: number
  by: string
  duty?: DutyTerm
  now: number
}): Script<{ did: string | null }> {
  const { law, id, by, now } = input
  if (!(yield* isStillOnDuty(input.duty))) return { did: null }
  const { table, mend } = rowLaws[law]
  const did = yield* mend({ id, now })
  if (did === null) return { did }
  const subject = table === 'tasks' ? { taskId: id } : yield* subjectOfAttempt(id)
  yield* record(now, subject, { kind: 'row.mended', law, table, id, did, by })
  return { did }
}

const selectTaskOf = statement<{ id: number }, { task_id: number }>(
  'selectTaskOfAttempt',
  (_db, arg) => sql<{ task_id: number }>`SELECT task_id FROM attempts WHERE id = ${arg('id')}`,
)

function* subjectOfAttempt(id: number): Script<{ taskId: number | null; attemptId: number }> {
  return { taskId: (yield* first(selectTaskOf, { id }))?.task_id ?? null, attemptId: id }
}

const selectNewest = statement<{ past: number }, { id: number | null }>(
  'newestFactOfPast',
  (_db, arg) =>
    sql<{ id: number | null }>`SELECT max(id) AS id FROM facts WHERE id <= ${arg('past')}`,
)
const selectChanged = statement<
  { after: number; to: number },
  { task_id: number | null; attempt_id: number | null }
>(
  'selectChangedRows',
  (_db, arg) =>
    sql<{
      task_id: number | null
      attempt_id: number | null
    }>`SELECT DISTINCT task_id, attempt_id FROM facts
      WHERE id > ${arg('after')} AND id <= ${arg('to')} AND (task_id IS NOT NULL OR attempt_id IS NOT NULL)`,
)

/** See Store.changedRows. */
export function* changedRows(
  input: { after: number; limit: number },
  past: number,
): Script<RowIds & { to: number }> {
  const to = Number((yield* first(selectNewest, { past }))?.id ?? 0)
  const after = Math.max(input.after, to - input.limit)
  const rows = to > after ? yield* all(selectChanged, { after, to }) : []
  const tasks = unique(rows.map((row) => row.task_id))
  const waiters = tasks.length > 0 ? yield* all(selectWaiters, { ids: JSON.stringify(tasks) }) : []
  return {
    tasks: unique([...tasks, ...waiters.map((row) => row.task_id)]),
    attempts: unique(rows.map((row) => row.attempt_id)),
    to,
  }
}

/** Who waits for one of these: whether it is settled by now is the law's question. */
const selectWaiters = statement<{ ids: string }, { task_id: number }>(
  'selectWaitersOfChanged',
  (_db, arg, dialect) =>
    sql<{ task_id: number }>`SELECT DISTINCT task_id FROM holds
      WHERE after_task IN (${numbersOf(arg('ids'), dialect)}) AND kind = 'after' AND released_at IS NULL`,
)

const unique = (ids: readonly (number | null)[]): number[] =>
  [...new Set(ids)].filter((id): id is number => id !== null)

/**
 * The next ones of each state: a seek in the index of states for each, in one question. On PostgreSQL as a range of pairs,
 * for told `state = 'ready'` its planner may walk the tasks by id, past a million settled ones (225 ms of a pass).
 */
const nextOf = (state: string, after: number, limit: number, dialect: DialectName) =>
  dialect === 'sqlite'
    ? sql`SELECT id FROM tasks WHERE state = ${sql.lit(state)} AND id > ${after} ORDER BY id LIMIT ${limit}`
    : sql`SELECT id FROM tasks WHERE (state, id) > (${sql.lit(state)}, ${after}::bigint)
        AND (state, id) <= (${sql.lit(state)}, 9223372036854775807) ORDER BY state, id LIMIT ${limit}`
const selectNext = statement<{ after: number; limit: number }, { id: number }>(
  'patrolNext',
  (_db, arg, dialect) =>
    sql<{ id: number }>`${sql.join(
      (['held', 'ready', 'taken'] as const).map(
        (state) =>
          sql`SELECT id FROM (${nextOf(state, arg('after'), arg('limit'), dialect)}) AS ${sql.raw(state)}`,
      ),
      sql` UNION ALL `,
    )}`,
)
/** Those who are next in one line: what is wrong with one of them stops all behind it. One seek in the index of ready tasks. */
const headsOfLine = (line: RawBuilder<unknown> | number, limit: number) =>
  sql<{ id: number }>`SELECT id FROM tasks WHERE demand_id = ${line} AND state = 'ready'
      ORDER BY rank, id LIMIT ${limit}`
/** All lines in one question, where the database can go from line to line in it. */
const selectEveryHead = statement<{ limit: number; most: number }, { id: number }>(
  'patrolEveryHead',
  (_db, arg, dialect) =>
    dialect === 'postgres'
      ? sql<{ id: number }>`SELECT h.id FROM demands d
        CROSS JOIN LATERAL (${headsOfLine(sql`d.id`, arg('limit'))}) h LIMIT ${arg('most')}`
      : null,
)
/** SQLite cannot, and needs not: a question costs it microseconds. */
const selectLines = statement<{ lines: number }, { id: number }>(
  'patrolLines',
  (_db, arg, dialect) =>
    dialect === 'sqlite'
      ? sql<{ id: number }>`SELECT d.id FROM demands d
      WHERE EXISTS (SELECT 1 FROM tasks WHERE demand_id = d.id AND state = 'ready') LIMIT ${arg('lines')}`
      : null,
)
const selectHeads = statement<{ line: number; limit: number }, { id: number }>(
  'patrolHeads',
  (_db, arg, dialect) => (dialect === 'sqlite' ? headsOfLine(arg('line'), arg('limit')) : null),
)
const selectUnended = statement<{ limit: number }, { id: number }>(
  'patrolAttempts',
  (_db, arg, dialect) =>
    sql<{
      id: number
    }>`SELECT id FROM attempts WHERE ${underWay(dialect)} ORDER BY +id LIMIT ${arg('limit')}`,
)
const headsOfEach = 10
const linesMost = 40
const attemptsMost = 1_000

/** See Store.patrol. */
export function* patrol(input: {
  after: number
  limit: number
}): Script<RowIds & { next: number }> {
  const found = (yield* all(selectNext, input)).map((row) => row.id)
  const slice = found.toSorted((a, b) => a - b).slice(0, input.limit)
  const of = { lines: linesMost, limit: headsOfEach, most: linesMost * headsOfEach }
  const heads = (yield* all(selectEveryHead, of)).map((row) => row.id)
  for (const { id: line } of yield* all(selectLines, of))
    heads.push(...(yield* all(selectHeads, { line, ...of })).map((row) => row.id))
  const attempts = (yield* all(selectUnended, { limit: attemptsMost })).map((row) => row.id)
  const next = slice.length < input.limit ? 0 : (slice.at(-1) ?? 0)
  return { tasks: unique([...slice, ...heads]), attempts, next }
}

const selectAfter = (
  table: RowTable,
): Statement<{ after: number; limit: number }, { id: number }> =>
  statement(
    `rows of ${table}`,
    (_db, arg) =>
      sql<{ id: number }>`SELECT id FROM ${sql.table(table)} WHERE id > ${arg('after')}
        ORDER BY id LIMIT ${arg('limit')}`,
  )
const rowsOf = { tasks: selectAfter('tasks'), attempts: selectAfter('attempts') } as const

/** See Store.rowsAfter. */
export function* rowsAfter(input: {
  table: RowTable
  after: number
  limit: number
}): Script<readonly number[]> {
  return (yield* all(rowsOf[input.table], input)).map((row) => row.id)
}
