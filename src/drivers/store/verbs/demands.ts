// readyDemands, readyWith and openDemands: what is asked for, by the demands that tasks share.

import { sql } from 'kysely'

import type { Demand } from '../../../model/demand.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'

// The order makes PostgreSQL seek in the index of ready tasks; by itself it takes a LIMIT 1 for cheap and reads the table.
const readReadyDemands = statement<object, { id: number; demand_json: string }>(
  'readReadyDemands',
  () =>
    sql<{ id: number; demand_json: string }>`SELECT d.id, d.demand_json FROM demands d
      WHERE (SELECT t.id FROM tasks t WHERE t.demand_id = d.id AND t.state = 'ready'
        ORDER BY t.rank, t.id LIMIT 1) IS NOT NULL ORDER BY d.id`,
)

/** See Store.readyDemands: one index seek per demand. */
export function* readyDemands(): Script<readonly { id: number; demand: Demand }[]> {
  const rows = yield* all(readReadyDemands, {})
  return rows.map((row) => ({ id: row.id, demand: JSON.parse(row.demand_json) as Demand }))
}

const selectReadyWith = statement<{ demandId: number; limit: number }, { id: number }>(
  'selectReadyWith',
  (db, arg) =>
    db
      .selectFrom('tasks')
      .select('id')
      .where('demand_id', '=', arg('demandId'))
      .where('state', '=', 'ready')
      .orderBy('rank')
      .orderBy('id')
      .limit(arg('limit')),
)

/** See Store.readyWith. */
export function* readyWith(demandId: number, limit: number): Script<readonly number[]> {
  return (yield* all(selectReadyWith, { demandId, limit })).map(({ id }) => id)
}

const readOpenDemands = statement<object, { id: number; demand_json: string; unsettled: number }>(
  'readOpenDemands',
  () =>
    sql<{
      id: number
      demand_json: string
      unsettled: number
    }>`SELECT d.id, d.demand_json, count(*) AS unsettled
      FROM tasks t JOIN demands d ON d.id = t.demand_id
      WHERE t.state IN ('held','ready','taken') GROUP BY d.id, d.demand_json ORDER BY d.id`,
)

/** See Store.openDemands. Its cost grows with unsettled tasks; for doctor and configuration changes only. */
export function* openDemands(): Script<
  readonly { id: number; demand: Demand; unsettled: number }[]
> {
  const rows = yield* all(readOpenDemands, {})
  return rows.map((row) => ({
    id: row.id,
    demand: JSON.parse(row.demand_json) as Demand,
    unsettled: Number(row.unsettled),
  }))
}
