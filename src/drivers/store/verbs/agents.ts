// lanes and lately: what people ask about an agent or a host. Both look at a bounded number of rows.

import { sql } from 'kysely'

import type { Attempt } from '../../../model/attempt.ts'
import { freshLane, type Lane } from '../../../model/lane.ts'
import { type AttemptRow, attemptFromRow } from '../rows.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { lanesNow } from './lanes.ts'

/** See Store.lanes. */
export function* lanes(names: readonly string[]): Script<readonly Lane[]> {
  const known = new Map((yield* lanesNow(names)).map((lane) => [lane.lane, lane]))
  return names.map((name) => known.get(name) ?? freshLane(name))
}

const selectLately = statement<
  { agent: string | null; host: string | null; look: number; limit: number },
  AttemptRow
>(
  'selectLately',
  (_db, arg) =>
    sql<AttemptRow>`SELECT * FROM (SELECT * FROM attempts ORDER BY id DESC LIMIT ${arg('look')}) a
      WHERE a.state = 'ended' AND (CAST(${arg('agent')} AS TEXT) IS NULL OR a.agent = ${arg('agent')})
      AND (CAST(${arg('host')} AS TEXT) IS NULL OR a.host = ${arg('host')})
      ORDER BY a.id DESC LIMIT ${arg('limit')}`,
)
const look = 1_000

/** See Store.lately. */
export function* lately(input: {
  agent?: string
  host?: string
  limit: number
}): Script<readonly Attempt[]> {
  const { agent = null, host = null, limit } = input
  return (yield* all(selectLately, { agent, host, look, limit })).map(attemptFromRow)
}
