// releaseCooldowns: who says that what failed in a lane is over lets the tasks go on that rest because they failed there.

import { sql } from 'kysely'

import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { releaseHold } from './release.ts'

/** Those that rest, in the order of their tasks, each with the lanes of its newest attempt. */
const selectResting = statement<object, HoldRow & { lanes_json: string }>(
  'selectResting',
  () =>
    sql<HoldRow & { lanes_json: string }>`SELECT h.*, a.lanes_json FROM holds h
      JOIN attempts a ON a.id = (SELECT max(b.id) FROM attempts b WHERE b.task_id = h.task_id)
      WHERE h.kind = 'time' AND h.released_at IS NULL AND h.release_json LIKE '%"why":"cooldown"%'
      ORDER BY h.task_id, h.id`,
)

/** See Store.releaseCooldowns. */
export function* releaseCooldowns(input: {
  lane: string
  by: string
  now: number
}): Script<{ released: number }> {
  const { lane, by, now } = input
  let released = 0
  for (const { lanes_json: lanes, ...row } of yield* all(selectResting, {})) {
    if (!(JSON.parse(lanes) as string[]).includes(lane)) continue
    yield* releaseHold(holdFromRow(row), by, now)
    released += 1
  }
  return { released }
}
