// noteSensor, sensors and madeBy: one small row per sensor, and what it brought counted from the tasks themselves.

import { sql } from 'kysely'

import type { SensorState } from '../../../model/sensor.ts'
import type { SensorsTable } from '../schema-quota.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { firstSince } from './activity.ts'

const putSensor = statement<{
  name: string
  failures: number
  dueAt: number
  lookedAt: number
  note: string | null
}>(
  'putSensor',
  (_db, arg) =>
    sql`INSERT INTO sensors (name, failures, due_at, looked_at, note)
      VALUES (${arg('name')}, ${arg('failures')}, ${arg('dueAt')}, ${arg('lookedAt')}, ${arg('note')})
      ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, due_at = excluded.due_at,
        looked_at = excluded.looked_at, note = excluded.note`,
)

/** See Store.noteSensor. */
export function* noteSensor(input: SensorState): Script<void> {
  yield* all(putSensor, { ...input })
}

const selectSensors = statement<object, SensorsTable>('selectSensors', (db) =>
  db.selectFrom('sensors').selectAll().orderBy('name'),
)

/** See Store.sensors. */
export function* sensors(): Script<readonly SensorState[]> {
  return (yield* all(selectSensors, {})).map((row) => ({
    name: row.name,
    failures: Number(row.failures),
    dueAt: Number(row.due_at),
    lookedAt: Number(row.looked_at),
    note: row.note,
  }))
}

const countMade = statement<{ from: number; by: string }, { n: number }>(
  'countMade',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM tasks
      WHERE id >= ${arg('from')} AND created_by = ${arg('by')}`,
)

/** See Store.madeBy. */
export function* madeBy({ by, since }: { by: string; since: number }): Script<number> {
  const from = yield* firstSince('tasks', since)
  return Number((yield* first(countMade, { from, by }))?.n ?? 0)
}
