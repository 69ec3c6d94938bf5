// Lists with filters, newest first, page by page. Their statements depend on the filter and are made when asked for.

import { sql } from 'kysely'

import type { Fact } from '../../../model/fact.ts'
import type { Task } from '../../../model/task.ts'
import type { FactFilter, TaskFilter } from '../contract.ts'
import { type FactRow, factFromRow, type TaskRow, taskFromRow } from '../rows.ts'
import { all, type Script } from '../script.ts'
import { type Statement, statement } from '../statement.ts'

/** One statement per shape of filter, so that each is compiled once. */
const taskShapes = new Map<string, Statement<Record<string, unknown>, TaskRow>>()
const factShapes = new Map<string, Statement<Record<string, unknown>, FactRow>>()

/** See Store.tasks. */
export function* tasks(filter: TaskFilter): Script<{ tasks: readonly Task[]; next: number | null }> {
  const { states, outcomes, agent, label, before, limit } = filter
  const given = { states, outcomes, agent, label, before }
  const stmt = shape(taskShapes, given, taskStatement)
  const rows = yield* all(stmt, {
    limit: limit + 1,
    ...(states && { states: JSON.stringify(states) }),
    ...(outcomes && { outcomes: JSON.stringify(outcomes) }),
    ...(agent !== undefined && { agent: `%"agent":${JSON.stringify(agent)}%` }),
    ...(label !== undefined && { label: `%"labels":[%${JSON.stringify(label)}%]%` }),
    ...(before !== undefined && { before }),
  })
  const page = rows.slice(0, limit).map(taskFromRow)
  return { tasks: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

function taskStatement(has: (name: string) => boolean): Statement<Record<string, unknown>, TaskRow> {
  return statement<Record<string, unknown>, TaskRow>('listTasks', (_db, arg, dialect) => {
    const among = (column: string, name: string) =>
      dialect === 'sqlite'
        ? sql`AND ${sql.ref(column)} IN (SELECT value FROM json_each(${arg(name)}))`
        : sql`AND ${sql.ref(column)} IN (SELECT json_array_elements_text(${arg(name)}::json))`
    const when = (name: string, clause: ReturnType<typeof among>) => (has(name) ? clause : sql``)
    return sql<TaskRow>`SELECT t.*, d.demand_json, (SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts
      FROM tasks t JOIN demands d ON d.id = t.demand_id WHERE t.id > 0
      ${when('states', among('t.state', 'states'))} ${when('outcomes', among('t.outcome', 'outcomes'))}
      ${when('agent', sql`AND d.demand_json LIKE ${arg('agent')}`)}
      ${when('label', sql`AND d.demand_json LIKE ${arg('label')}`)}
      ${when('before', sql`AND t.id < ${arg('before')}`)}
      ORDER BY t.id DESC LIMIT ${arg('limit')}`
  })
}

/** See Store.facts. */
export function* facts(filter: FactFilter): Script<readonly Fact[]> {
  const { taskId, attemptId, kinds, after, newestFirst, limit } = filter
  const given = { taskId, attemptId, kinds, after, newestFirst: newestFirst || undefined }
  const stmt = shape(factShapes, given, factStatement)
  const rows = yield* all(stmt, {
    limit,
    ...(taskId !== undefined && { taskId }),
    ...(attemptId !== undefined && { attemptId }),
    ...(kinds && { kinds: JSON.stringify(kinds) }),
    ...(after !== undefined && { after }),
  })
  return rows.map(factFromRow)
}

function factStatement(has: (name: string) => boolean): Statement<Record<string, unknown>, FactRow> {
  return statement<Record<string, unknown>, FactRow>('listFacts', (_db, arg, dialect) => {
    const kinds =
      dialect === 'sqlite'
        ? sql`AND kind IN (SELECT value FROM json_each(${arg('kinds')}))`
        : sql`AND kind IN (SELECT json_array_elements_text(${arg('kinds')}::json))`
    return sql<FactRow>`SELECT * FROM facts WHERE id > 0
      ${has('taskId') ? sql`AND task_id = ${arg('taskId')}` : sql``}
      ${has('attemptId') ? sql`AND attempt_id = ${arg('attemptId')}` : sql``}
      ${has('kinds') ? kinds : sql``} ${has('after') ? sql`AND id > ${arg('after')}` : sql``}
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
