// Open incidents whose cause is gone: a question that was answered, released or settled; a check that looks again; a task that
// nobody waits for any more; one that was stuck and is settled; a host on which a session started after many were lost. One look
// for all of them, however many there are.

import { sql } from 'kysely'

import { incidentBlocker, incidentHold } from '../../../model/hold.ts'
import { laneOfLosses } from '../../../model/incident.ts'
import { stuckTask } from '../../../model/task.ts'
import { all, type Script, together } from '../script.ts'
import { numbersOf, statement } from '../statement.ts'
import { countFollowers } from './after.ts'
import { lanesNow } from './lanes.ts'

// `+id` keeps the planner from walking every incident there ever was only to spare a sort of the few open ones.
const selectOpenKeys = statement<{ limit: number }, { key: string }>(
  'selectOpenIncidentKeys',
  (_db, arg) =>
    sql<{ key: string }>`SELECT key FROM incidents WHERE resolved_at IS NULL ORDER BY +id DESC
      LIMIT CAST(${arg('limit')} AS INTEGER)`,
)
const selectSettled = statement<{ ids: string }, { id: number }>(
  'selectSettledAmong',
  (_db, arg, dialect) =>
    sql<{ id: number }>`SELECT id FROM tasks WHERE state = 'settled'
      AND id IN (${numbersOf(arg('ids'), dialect)})`,
)
interface HoldEnd {
  id: number
  released_at: number | null
  released_by: string | null
}
const selectHoldEnds = statement<{ ids: string }, HoldEnd>(
  'selectHoldEnds',
  (_db, arg, dialect) =>
    sql<HoldEnd>`SELECT id, released_at, released_by FROM holds
      WHERE id IN (${numbersOf(arg('ids'), dialect)})`,
)

/** See Store.groundless. */
export function* groundless({
  limit,
}: {
  limit: number
}): Script<readonly { key: string; by: string }[]> {
  const keys = (yield* all(selectOpenKeys, { limit })).map(({ key }) => key)
  const about = (idOf: (key: string) => number | null): Named[] =>
    keys.flatMap((key) => {
      const id = idOf(key)
      return id === null ? [] : [{ key, id }]
    })
  return [
    ...(yield* settledOf(about(stuckTask))),
    ...(yield* endedOf(about(incidentHold))),
    ...(yield* awaitedOf(about(incidentBlocker))),
    ...(yield* calmedOf(keys)),
  ]
}

interface Named {
  readonly key: string
  readonly id: number
}
type Ended = { key: string; by: string }

const idsOf = (named: readonly Named[]) => ({ ids: JSON.stringify(named.map(({ id }) => id)) })

function* settledOf(stuck: readonly Named[]): Script<Ended[]> {
  if (stuck.length === 0) return []
  const settled = new Set((yield* all(selectSettled, idsOf(stuck))).map(({ id }) => id))
  return stuck.filter(({ id }) => settled.has(id)).map(({ key }) => ({ key, by: 'it is settled' }))
}

function* endedOf(holds: readonly Named[]): Script<Ended[]> {
  if (holds.length === 0) return []
  const rows = new Map((yield* all(selectHoldEnds, idsOf(holds))).map((row) => [row.id, row]))
  return holds.flatMap(({ key, id }) => {
    const row = rows.get(id)
    if (row !== undefined && row.released_at === null) return []
    return [{ key, by: row?.released_by ?? 'its hold is gone' }]
  })
}

function* awaitedOf(blockers: readonly Named[]): Script<Ended[]> {
  const counts = yield* together<number[]>(...blockers.map(({ id }) => countFollowers(id)))
  return blockers
    .filter((_, i) => counts[i] === 0)
    .map(({ key }) => ({ key, by: 'nobody waits for it any more' }))
}

/** A lane that does not remember a mass death any more has had a start since. One that cannot be read tells nothing. */
function* calmedOf(keys: readonly string[]): Script<Ended[]> {
  const lost = keys.flatMap((key) => {
    const lane = laneOfLosses(key)
    return lane === null ? [] : [{ key, lane }]
  })
  if (lost.length === 0) return []
  const lanes = yield* lanesNow(lost.map(({ lane }) => lane))
  const stillOf = new Map(lanes.map((lane) => [lane.lane, lane.memory.mass || !lane.readable]))
  return lost
    .filter(({ lane }) => stillOf.get(lane) !== true)
    .map(({ key }) => ({ key, by: 'a session started there' }))
}
