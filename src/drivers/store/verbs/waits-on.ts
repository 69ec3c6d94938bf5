// Holds that wait for a lock or a work key: released when it is free, put only while it is not.

import { type HoldRow, holdFromRow } from '../rows.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { releaseHold } from './release.ts'

const selectWaiting = statement<{ on: string }, HoldRow>(
  'selectWaitingOn',
  (db, arg) =>
    db
      .selectFrom('holds')
      .selectAll()
      .where('waits_on', '=', arg('on'))
      .where('released_at', 'is', null)
      .orderBy('task_id')
      .orderBy('id') as never,
)

/** Releases whoever waits for `lock:NAME` or `work:KEY`. */
export function* releaseWaiting(on: string, by: string, now: number): Script<number> {
  const rows = yield* all(selectWaiting, { on })
  for (const row of rows) yield* releaseHold(holdFromRow(row), by, now)
  return rows.length
}
