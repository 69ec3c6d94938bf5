// claim as it mostly is on PostgreSQL: every lane passes without a ramp, there is room for all that is wished for, and one demand is
// asked for that nothing else binds. Then judging, choosing and taking are one statement behind the locks of the lanes, and go with
// the commit. Where one of that is otherwise, or cannot be read, nothing is done.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { Task } from '../../../model/task.ts'
import type { Claimed, ClaimInput, ClaimResult } from '../contract/shapes.ts'
import { type TaskRow, taskFromRow } from '../rows.ts'
import { all, last, type Script, tell } from '../script.ts'
import { statement, wordsOf } from '../statement.ts'
import { bodyOf } from './facts.ts'
import { attemptColumns, claimFact } from './take.ts'
import { underWay } from './under-way.ts'

interface PlainClaim {
  demand: number
  wish: number
  lanes: string
  lanesCount: number
  agent: string
  host: string
  agentSlots: number
  hostSlots: number
  nonces: string
  tokenHashes: string
  configHash: string
  leaseUntil: number
  now: number
  body: string
}

type TakenRow = TaskRow & { readonly taken_by: number }

/**
 * The lanes are locked in order, then the best tasks, which nobody waits for; which they are stands in a setting of this transaction,
 * so that who takes them sees them as they stand locked. PostgreSQL plans a limit that it does not know anew each time, which takes
 * longer than the choice.
 */
const lockBestOf = (limit: number) =>
  statement<{ lanes: string; lanesCount: number; demand: number }>(
    `lockBest ${limit}`,
    (_db, arg, dialect) =>
      dialect === 'sqlite'
        ? null
        : sql`WITH ours AS MATERIALIZED (
            SELECT lane FROM gates WHERE lane IN (${wordsOf(arg('lanes'), dialect)}) ORDER BY lane FOR UPDATE)
          SELECT set_config('midwatch.chosen', coalesce(string_agg(t.id::text, ','), ''), true)
          FROM (SELECT id FROM tasks WHERE demand_id = ${arg('demand')} AND state = 'ready'
            ORDER BY rank, id LIMIT ${sql.lit(limit)} FOR UPDATE SKIP LOCKED) t
          WHERE (SELECT count(*) FROM ours) = ${arg('lanesCount')}`,
  )

/** Passing, without a ramp, and with a memory that is one. What is no JSON at all fails the statement. */
const letsIn = sql`state = 'passing' AND ramp IS NULL AND json_typeof(memory_json::json) = 'object'
  AND ${sql.join(
    ['streak', 'proven', 'losses'].map(
      (name) =>
        sql`coalesce(json_typeof(memory_json::json -> ${sql.lit(name)}), 'array') = 'array'`,
    ),
    sql` AND `,
  )}`

/** Judges behind the locks, and takes all of what is locked, or nothing. */
const takeLocked = statement<PlainClaim, TakenRow>('takeLocked', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? null
    : sql<TakenRow>`WITH chosen AS MATERIALIZED (
          SELECT t.*, row_number() OVER (ORDER BY t.rank, t.id) AS nth,
            (SELECT count(*) FROM attempts a WHERE a.task_id = t.id) AS attempts,
            (SELECT count(*) FROM holds h WHERE h.task_id = t.id AND h.answer IS NOT NULL) AS answered,
            json_typeof(t.order_json::json) AS readable
          FROM tasks t WHERE t.id = ANY((SELECT string_to_array(current_setting('midwatch.chosen'), ','))::bigint[])
          AND (SELECT count(*) FROM gates WHERE lane IN (${wordsOf(arg('lanes'), dialect)}) AND ${letsIn}) = ${arg('lanesCount')}
          AND (SELECT count(*) FROM unfolded) = 0
          AND (SELECT bound = 0 AND json_typeof(demand_json::json) = 'object' FROM demands WHERE id = ${arg('demand')})
          AND (SELECT coalesce(sum(CASE WHEN host = ${arg('host')} THEN 1 ELSE 0 END), 0) <= ${arg('hostSlots')}::bigint - ${arg('wish')}::bigint
            AND coalesce(sum(CASE WHEN agent = ${arg('agent')} THEN 1 ELSE 0 END), 0) <= ${arg('agentSlots')}::bigint - ${arg('wish')}::bigint
            FROM attempts WHERE ${underWay(dialect)})),
        fresh AS (
          INSERT INTO attempts (${attemptColumns})
          SELECT id, 'claimed', ${arg('agent')}, ${arg('host')}, (ARRAY(${wordsOf(arg('nonces'), dialect)}))[nth],
            (ARRAY(${wordsOf(arg('tokenHashes'), dialect)}))[nth], ${arg('configHash')}, ${arg('lanes')},
            ${arg('leaseUntil')}::bigint, ${arg('now')}::bigint
          FROM chosen WHERE (SELECT sum(answered) = 0 AND count(readable) = count(*) FROM chosen)
          ORDER BY nth RETURNING id, task_id),
        taken AS (
          UPDATE tasks SET state = 'taken', attempt_id = (SELECT f.id FROM fresh f WHERE f.task_id = tasks.id)
          WHERE id = ANY(ARRAY(SELECT task_id FROM fresh)) AND state = 'ready'),
        told AS (
          INSERT INTO facts (at, kind, task_id, attempt_id, body_json)
          SELECT ${arg('now')}::bigint, 'attempt.claimed', task_id, id, ${arg('body')} FROM fresh ORDER BY id)
        SELECT c.*, f.id AS taken_by, (SELECT demand_json FROM demands WHERE id = ${arg('demand')}) AS demand_json
        FROM chosen c, fresh f WHERE f.task_id = c.id ORDER BY c.nth`,
)

/** Those of the claims that a dispatcher mostly makes. */
const limits = new Map(Array.from({ length: 8 }, (_, i) => [i + 1, lockBestOf(i + 1)]))

/** Whether a claim asks for nothing that takes more than that, as far as it tells by itself. */
export const mayBePlain = ({ demandIds, seeds, lanes, caps }: ClaimInput): boolean =>
  demandIds.length === 1 &&
  limits.has(seeds.length) &&
  lanes.every((lane) => caps?.lanes?.[lane] === undefined)

/** Null, with nothing done, where it takes more than that, or there is nothing to take. */
export function* claimPlainly(input: ClaimInput): Script<ClaimResult | null> {
  const { agent, host, demandIds, agentSlots, hostSlots, configHash, leaseUntil, now } = input
  const [demand] = demandIds
  const wish = input.seeds.length
  const lockBest = limits.get(wish)
  if (!mayBePlain(input) || demand === undefined || lockBest === undefined) return null
  const lanes = JSON.stringify(input.lanes)
  const lanesCount = input.lanes.length
  yield* tell(lockBest, { lanes, lanesCount, demand })
  const rows = yield* last(
    all(takeLocked, {
      demand,
      wish,
      lanes,
      lanesCount,
      agent,
      host,
      agentSlots,
      hostSlots,
      nonces: JSON.stringify(input.seeds.map(({ nonce }) => nonce)),
      tokenHashes: JSON.stringify(input.seeds.map(({ tokenHash }) => tokenHash)),
      configHash,
      leaseUntil,
      now,
      body: bodyOf(claimFact(input)),
    }),
  )
  if (rows.length === 0) return null
  return { claimed: rows.map((row, nth) => claimedFrom(row, nth, input)), refused: null }
}

/** As they were written: a fresh attempt, and the task that it took. */
function claimedFrom(row: TakenRow, nth: number, input: ClaimInput): Claimed {
  const { agent, host, lanes, leaseUntil, now, seeds } = input
  const attempt: Attempt = {
    id: row.taken_by,
    taskId: row.id,
    state: 'claimed',
    agent,
    host,
    nonce: present(seeds[nth], 'a seed per wished attempt').nonce,
    lanes,
    leaseUntil,
    claimedAt: now,
    launchedAt: null,
    confirmedAt: null,
    endedAt: null,
    launch: null,
    said: null,
    verdict: null,
    usage: null,
    stop: null,
    progress: null,
  }
  const { taken_by: attempt_id, attempts } = row
  const task = { ...row, state: 'taken', attempt_id, attempts: Number(attempts) + 1 }
  return { attempt, task: taskFromRow(task) as Task, answers: [] }
}
