// Lists with filters, newest first, page by page. Their statements depend on the filter and are made when asked for.

import { type RawBuilder, sql } from 'kysely'

import type { Fact } from '../../../model/fact.ts'
import type { Task, TaskBrief } from '../../../model/task.ts'
import type { FactFilter, TaskFilter } from '../contract/shapes.ts'
import {
  briefFromRow,
  type FactRow,
  factFromRow,
  type TaskBriefRow,
  type TaskRow,
  taskFromRow,
} from '../rows.ts'
import { all, type Script } from '../script.ts'
import { type DialectName, numbersOf, type Statement, statement, wordsOf } from '../statement.ts'
import { lowestLookedAt, patternsOf, titleHas } from './title-words.ts'

type Shapes<R> = Map<string, Statement<Record<string, unknown>, R>>
/** One statement per shape of filter, so that each is compiled once. */
const taskShapes: Shapes<TaskRow> = new Map()
const briefShapes: Shapes<TaskBriefRow> = new Map()
const factShapes: Shapes<FactRow> = new Map()

/** See Store.tasks. */
export function* tasks(
  filter: TaskFilter,
): Script<{ tasks: readonly Task[]; next: number | null }> {
  const { rows, next } = yield* page(filter, taskShapes, sql`t.*`)
  return { tasks: rows.map(taskFromRow), next }
}

/** See Store.briefs. */
export function* briefs(
  filter: TaskFilter,
): Script<{ tasks: readonly TaskBrief[]; next: number | null }> {
  const { rows, next } = yield* page(filter, briefShapes, briefColumns)
  return { tasks: rows.map(briefFromRow), next }
}

/** Every column of a task but its order. */
const briefColumns = sql.raw(
  `t.id, t.state, t.outcome, t.verified, t.settled_at, t.settled_by, t.reason, t.title, t.priority, t.demand_id,
  t.has_check, t.attempts_max, t.ready_at, t.rank, t.attempt_id, t.again_of, t.created_at, t.created_by`,
)

function* page<R extends { id: number }>(
  filter: TaskFilter,
  shapes: Shapes<R>,
  columns: RawBuilder<unknown>,
): Script<{ rows: readonly R[]; next: number | null }> {
  const { ids, states, outcomes, agent, label, before, limit } = filter
  const words = patternsOf(filter.words ?? [])
  const from = Object.keys(words).length === 0 ? undefined : yield* lowestLookedAt(before)
  const given = { ids, states, outcomes, agent, label, before, from, ...words }
  const stmt = shape(shapes, given, (has) => taskStatement<R>(has, columns))
  const found = yield* all(stmt, {
    limit: limit + 1,
    ...(ids && { ids: JSON.stringify(ids) }),
    ...(states && { states: JSON.stringify(states) }),
    ...(outcomes && { outcomes: JSON.stringify(outcomes) }),
    ...(agent !== undefined && { agent }),
    ...(label !== undefined && { label }),
    ...(before !== undefined && { before }),
    ...(from !== undefined && { from }),
    ...words,
  })
  const rows = found.slice(0, limit)
  if (found.length > limit) return { rows, next: rows.at(-1)?.id ?? null }
  return { rows, next: from !== undefined && from > 1 ? from : null }
}

function taskStatement<R>(
  has: (name: string) => boolean,
  columns: RawBuilder<unknown>,
): Statement<Record<string, unknown>, R> {
  return statement<Record<string, unknown>, R>('listTasks', (_db, arg, dialect) => {
    const among = (column: string, name: string) =>
      sql`AND ${sql.ref(column)} IN (${wordsOf(arg(name), dialect)})`
    const when = (name: string, clause: ReturnType<typeof among>) => (has(name) ? clause : sql``)
    return sql<R>`SELECT ${columns}, d.demand_json, (SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts
      FROM tasks t JOIN demands d ON d.id = t.demand_id WHERE 1 = 1
      ${when('ids', sql`AND t.id IN (${numbersOf(arg('ids'), dialect)})`)}
      ${when('states', among('t.state', 'states'))} ${when('outcomes', among('t.outcome', 'outcomes'))}
      ${when('agent', sql`AND t.demand_id IN (${demandsOf(dialect).agent(arg('agent'))})`)}
      ${when('label', sql`AND t.demand_id IN (${demandsOf(dialect).label(arg('label'))})`)}
      ${when('before', sql`AND t.id < ${arg('before')}`)} ${when('from', sql`AND t.id >= ${arg('from')}`)}
      ${titleHas(has, arg)}
      ORDER BY t.id DESC LIMIT ${arg('limit')}`
  })
}

/** The demands that name an agent, or carry a label. */
const demandsOf = (dialect: DialectName) =>
  dialect === 'sqlite'
    ? {
        agent: (agent: unknown) =>
          sql`SELECT id FROM demands WHERE json_extract(demand_json, '$.agent') = ${agent}`,
        label: (label: unknown) =>
          sql`SELECT d2.id FROM demands d2, json_each(d2.demand_json, '$.labels') l WHERE l.value = ${label}`,
      }
    : {
        agent: (agent: unknown) =>
          sql`SELECT id FROM demands WHERE demand_json::json ->> 'agent' = ${agent}`,
        label: (label: unknown) =>
          sql`SELECT id FROM demands WHERE jsonb_exists(demand_json::jsonb -> 'labels', ${label})`,
      }

/** See Store.facts. `past` is where reading on from a fact ends (settledPast). */
export function* facts(filter: FactFilter, past: number): Script<readonly Fact[]> {
  const { taskId, attemptId, kinds, after, before, newestFirst, limit } = filter
  const given = { taskId, attemptId, kinds, after, before, newestFirst: newestFirst || undefined }
  const stmt = shape(factShapes, given, factStatement)
  const rows = yield* all(stmt, {
    limit,
    past,
    ...(taskId !== undefined && { taskId }),
    ...(attemptId !== undefined && { attemptId }),
    ...(kinds && { kinds: JSON.stringify(kinds) }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  })
  return rows.map(factFromRow)
}

function factStatement(
  has: (name: string) => boolean,
): Statement<Record<string, unknown>, FactRow> {
  return statement<Record<string, unknown>, FactRow>('listFacts', (_db, arg, dialect) => {
    const when = (name: string, clause: RawBuilder<unknown>) => (has(name) ? clause : sql``)
    return sql<FactRow>`SELECT id, at, kind, task_id, attempt_id, body_json FROM facts WHERE 1 = 1
      ${when('taskId', sql`AND task_id = ${arg('taskId')}`)} ${when('attemptId', sql`AND attempt_id = ${arg('attemptId')}`)}
      ${when('kinds', sql`AND kind IN (${wordsOf(arg('kinds'), dialect)})`)}
      ${when('after', sql`AND id > ${arg('after')} AND id <= ${arg('past')}`)}
      ${when('before', sql`AND id < ${arg('before')}`)}
      ORDER BY id ${has('newestFirst') ? sql`DESC` : sql``} LIMIT ${arg('limit')}`
  })
}

function shape<R>(
  known: Map<string, Statement<Record<string, unknown>, R>>,
  given: Record<string, unknown>,
  make: (has: (name: string) => boolean) => Statement<Record<string, unknown>, R>,
): Statement<Record<string, unknown>, R> {
  const names = Object.keys(given).filter((name) => given[name] !== undefined)
  const key = names.join(' ')
  const found = known.get(key) ?? make((name) => names.includes(name))
  known.set(key, found)
  return found
}
