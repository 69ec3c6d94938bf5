// lanesSeen, probeNow and recentAttempts: what the window shows and does. Looking back is bounded by ids, so that it costs
// the same after a million attempts.

import { sql } from 'kysely'

import type { Attempt } from '../../../model/attempt.ts'
import type { Lane } from '../../../model/lane.ts'
import { type Fenced, refusal } from '../../../model/refusal.ts'
import { type AttemptRow, attemptFromRow } from '../rows.ts'
import type { WindowVerbs } from '../contract/window.ts'
import { all, type Executor, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lanesNow, lockable, lockLane, writeLane } from './lanes.ts'

/** The verbs over an executor. */
export const windowVerbs = ({ write, read }: Executor): WindowVerbs => ({
  lanesSeen: (lanes) => read(() => lanesSeen(lanes)),
  probeNow: (input) => write(() => probeNow(input)),
  recentAttempts: (input) => read(() => recentAttempts(input)),
})

/** See Store.lanesSeen. */
function* lanesSeen(lanes: readonly string[]): Script<readonly Lane[]> {
  return yield* lanesNow(lanes)
}

/** See Store.probeNow. */
function* probeNow(input: {
  lane: string
  by: string
  reason: string
  now: number
}): Script<Fenced> {
  const { by, reason, now } = input
  yield* lockable([input.lane], now)
  const lane = yield* lockLane(input.lane)
  const { gate } = lane
  if (gate.state !== 'shut')
    return {
      ok: false,
      refusal: refusal(
        'gate.not_shut',
        `${input.lane} is ${gate.state}, and only a shut gate is probed`,
        `\`midwatch gate show ${input.lane}\` says what reopens it`,
      ),
    }
  const why = `${reason} (${by}); ${gate.reason}`
  yield* writeLane(
    { ...lane, gate: { state: 'probing', since: now, canary: null, reason: why } },
    now,
  )
  yield* record(now, {}, { kind: 'gate.probing', lane: input.lane, reason: `${reason} (${by})` })
  return { ok: true }
}

const lookback = 2_000

const readRecent = statement<{ agent: string; limit: number }, AttemptRow>(
  'readRecentOfAgent',
  (_db, arg) =>
    sql<AttemptRow>`SELECT * FROM attempts
      WHERE id > (SELECT coalesce(max(id), 0) FROM attempts) - ${sql.raw(String(lookback))} AND agent = ${arg('agent')}
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)

/** See Store.recentAttempts. */
function* recentAttempts(input: { agent: string; limit: number }): Script<readonly Attempt[]> {
  return (yield* all(readRecent, input)).map(attemptFromRow)
}
