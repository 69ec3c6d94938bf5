// finish as it mostly is: a good ending that concerns nobody but its own task, in one statement behind the lock of the task. Every
// fence of `finish` stands in it; where one of them does not let it pass, or there is more to do, nothing is done.

import { sql } from 'kysely'

import { chargesLanes } from '../../../model/lane-rules.ts'
import type { Finished, FinishInput } from '../contract/shapes.ts'
import { atOnce } from '../many.ts'
import { changed, last, type Script, together } from '../script.ts'
import { bodyOf, tallyShard } from './facts.ts'
import { lockTaskRow } from './lock.ts'
import { settledFact } from './settlement.ts'
import { endedAs, endedFact } from './watch.ts'

type Ending = Omit<ReturnType<typeof endedAs>, 'usage'> & {
  taskId: number
  verified: number
  by: string
  reason: string
  endedBody: string
  settledBody: string
}

/**
 * Counts and not joins: a join would be planned by how full its tables were at that moment, and go on so while they grow.
 * What is asked of `tasks` and `attempts` is asked of rows that are locked: `tasks` by the statement before this one.
 */
const finishAtOnce = atOnce<Ending, { id: number }>(
  'finishAtOnce',
  {
    key: 'id',
    types: {
      id: 'bigint',
      taskId: 'bigint',
      class: 'text',
      blame: 'text',
      exitCode: 'bigint',
      signal: 'text',
      verdict: 'text',
      verified: 'bigint',
      by: 'text',
      reason: 'text',
      endedBody: 'text',
      settledBody: 'text',
      now: 'bigint',
    },
  },
  (lists, of) => {
    const own = (argument: keyof Ending) => of(argument, sql.ref('id'))
    const its = (argument: keyof Ending) => of(argument, sql.ref('attempt_id'))
    // How many there are is not seen by the planner, which would plan anew for each number, for half as long as all of it takes.
    const unseen = (argument: keyof Ending) => sql`(SELECT ${lists(argument)})::bigint[]`
    return sql<{ id: number }>`WITH ended AS (
        UPDATE attempts SET state = 'ended', ended_at = ${own('now')}, class = ${own('class')}, blame = ${own('blame')},
          exit_code = ${own('exitCode')}, signal = ${own('signal')}, verdict_json = ${own('verdict')}
        WHERE id = ANY(${unseen('id')}) AND state <> 'ended' AND task_id = ${own('taskId')}
        AND stop_reason IS NULL AND asked IS NULL AND waits_json IS NULL
        AND (SELECT t.state = 'taken' AND t.attempt_id = attempts.id AND t.again_of IS NULL
          AND t.order_json NOT LIKE '%"reviewOf"%' FROM tasks t WHERE t.id = attempts.task_id)
        AND (SELECT count(*) FROM locks l WHERE l.attempt_id = attempts.id AND l.state <> 'free') = 0
        AND (SELECT count(*) FROM work_keys w WHERE w.attempt_id = attempts.id AND w.state = 'claimed') = 0
        AND (SELECT count(*) FROM holds h
          WHERE h.after_task = attempts.task_id AND h.kind = 'after' AND h.released_at IS NULL) = 0
        AND (SELECT count(*) FROM convoy_tasks c WHERE c.task_id = attempts.task_id) = 0
        AND (SELECT count(*) FROM convoys v WHERE v.landing_task = attempts.task_id) = 0
        RETURNING id, task_id),
      settled AS (
        UPDATE tasks SET state = 'settled', outcome = 'done', verified = ${its('verified')}, settled_at = ${its('now')},
          settled_by = ${its('by')}, reason = ${its('reason')}
        WHERE id = ANY(${unseen('taskId')}) AND (SELECT count(*) FROM ended e WHERE e.id = tasks.attempt_id) = 1 RETURNING id),
      counted AS (
        INSERT INTO tallies (name, shard, n) SELECT 'settled:done', ${tallyShard}, count(*) FROM ended HAVING count(*) > 0
        ON CONFLICT (name, shard) DO UPDATE SET n = tallies.n + excluded.n)
      INSERT INTO facts (at, kind, task_id, attempt_id, body_json)
      SELECT at, kind, task_id, id, body FROM (
        SELECT 1 AS nth, ${own('now')} AS at, 'attempt.ended' AS kind, task_id, id, ${own('endedBody')} AS body FROM ended
        UNION ALL
        SELECT 2, ${own('now')}, 'task.settled', task_id, id, ${own('settledBody')} FROM ended) f
      ORDER BY nth, id RETURNING attempt_id AS id`
  },
)

/** Null, with nothing done, where it takes more than that. */
export function* finishPlainly(input: FinishInput): Script<Finished | null> {
  const { taskId, attemptId, outcome, verified, by, reason, verdict, usage, now } = input
  if (outcome !== 'done' || usage || chargesLanes(verdict)) return null
  const { usage: _, ...ending } = endedAs({ attemptId, verdict, now })
  const how = { outcome, verified, by, reason, attemptId }
  const [, isDone] = yield* last(
    together(
      lockTaskRow(taskId),
      changed(finishAtOnce, {
        ...ending,
        taskId,
        verified: Number(verified === true),
        by,
        reason,
        endedBody: bodyOf(endedFact(verdict)),
        settledBody: bodyOf(settledFact(how)),
      }),
    ),
  )
  return isDone ? { ended: { ok: true }, settled: true } : null
}
