// standing: what an attempt's ending is compared with before anybody pays for it. Every answer is bounded, so that
// settling costs the same after a million tasks.

import { sql } from 'kysely'

import type { Standing } from '../contract/shapes.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { lanesNow } from './lanes.ts'

const selectPending = statement<object, { lanes_json: string }>(
  'selectPending',
  () =>
    sql<{
      lanes_json: string
    }>`SELECT a.lanes_json FROM unfolded u JOIN attempts a ON a.id = u.attempt_id LIMIT 100`,
)

/** The lanes that an ending which nobody has folded yet may shut. */
export function* unfoldedLanes(): Script<Set<string>> {
  const rows = yield* all(selectPending, {})
  return new Set(rows.flatMap((row) => JSON.parse(row.lanes_json) as string[]))
}

const selectWell = statement<{ lanes: string; taskId: number; look: number }, { id: number }>(
  'selectWell',
  (_db, arg) =>
    sql<{ id: number }>`SELECT id
      FROM (SELECT id, class, task_id, lanes_json FROM attempts ORDER BY id DESC LIMIT ${arg('look')}) a
      WHERE class = 'success' AND task_id <> ${arg('taskId')} AND lanes_json = ${arg('lanes')} ORDER BY id DESC`,
)
const countOthers = statement<{ taskId: number; kind: string; look: number }, { n: number }>(
  'countOthers',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM (
      SELECT t.id, t.demand_id FROM tasks t WHERE t.state IN ('held','ready','taken') LIMIT ${arg('look')}) t
      JOIN demands d ON d.id = t.demand_id
      WHERE t.id <> ${arg('taskId')} AND d.key LIKE ${arg('kind')}
      AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.task_id = t.id AND h.released_at IS NULL AND h.kind <> 'time')`,
)

/** See Store.standing. */
export function* standing(input: {
  taskId: number
  lanes: readonly string[]
  workKind: string
}): Script<Standing> {
  const { taskId, lanes, workKind } = input
  const known = yield* lanesNow(lanes)
  const notPassing = known
    .filter((one) => lanes.includes(one.lane) && (!one.readable || one.gate.state !== 'passing'))
    .map((one) => one.lane)
  const well = yield* all(selectWell, { lanes: JSON.stringify(lanes), taskId, look: 500 })
  const others = yield* first(countOthers, { taskId, kind: `["${workKind}",%`, look: 200 })
  return { notPassing, wellIds: well.map(({ id }) => id), others: Number(others?.n ?? 0) }
}
