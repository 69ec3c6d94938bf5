// launched and confirm: what was asked of the host, and the proof that the program was executed. Two arrows, because
// a launcher that says yes has proven nothing (S0).

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { Fenced } from '../../../model/refusal.ts'
import { atOnce, keyed } from '../many.ts'
import { changed, first, last, type Script } from '../script.ts'
import { liveState, subjectOf } from './attempt.ts'
import { bodyOf, record, refuse, type Subject } from './facts.ts'

interface Step {
  id: number
  launch: string
  now: number
}
type Moved = { id: number; task_id: number }

/** `from` → `to`; answers the row that it moved. */
const move = (from: string, to: 'launched' | 'confirmed') =>
  keyed<Step, Moved>(`to ${to}`, ofAttempts, (its, of) => {
    const at = sql.ref(`${to}_at`)
    return sql<Moved>`UPDATE attempts SET state = ${sql.lit(to)}, ${at} = ${of('now')}, launch_json = ${of('launch')}
      WHERE ${its} AND state = ${sql.lit(from)} RETURNING id, task_id`
  })

const ofAttempts = {
  key: 'id',
  column: 'id',
  types: { id: 'bigint', launch: 'text', now: 'bigint' },
} as const

const toLaunched = move('claimed', 'launched')
const toConfirmed = move('launched', 'confirmed')

/** The same with its fact, at once. */
const moveAtOnce = (from: string, to: 'launched' | 'confirmed') =>
  atOnce<Step & { body: string }, { id: number }>(
    `to ${to} at once`,
    { key: 'id', types: { ...ofAttempts.types, body: 'text' } },
    (lists, of) => {
      const own = (argument: keyof Step) => of(argument, sql.ref('id'))
      return sql<{ id: number }>`WITH moved AS (
          UPDATE attempts SET state = ${sql.lit(to)}, ${sql.ref(`${to}_at`)} = ${own('now')}, launch_json = ${own('launch')}
          WHERE id = ANY(${lists('id')}) AND state = ${sql.lit(from)} RETURNING id, task_id)
        INSERT INTO facts (at, kind, task_id, attempt_id, body_json)
        SELECT ${own('now')}, ${sql.lit(`attempt.${to}`)}, task_id, id, ${of('body', sql.ref('id'))} FROM moved ORDER BY id
        RETURNING attempt_id AS id`
    },
  )

const launchedAtOnce = moveAtOnce('claimed', 'launched')
const confirmedAtOnce = moveAtOnce('launched', 'confirmed')

interface LaunchInput {
  attemptId: number
  proof: LaunchProof
  now: number
}
type ConfirmInput = LaunchInput & { program: string }

/** `launched` as it mostly is: what was claimed is launched. Null, with nothing done, where there is more to it. */
export const launchPlainly = ({ attemptId: id, proof, now }: LaunchInput): Script<Fenced | null> =>
  plainly(launchedAtOnce, {
    id,
    launch: JSON.stringify(proof),
    now,
    body: bodyOf(launchFact(proof)),
  })

/** `confirm` as it mostly is: what was launched is confirmed. Null, with nothing done, where there is more to it. */
export const confirmPlainly = (input: ConfirmInput): Script<Fenced | null> =>
  plainly(confirmedAtOnce, {
    id: input.attemptId,
    launch: JSON.stringify(input.proof),
    now: input.now,
    body: bodyOf(confirmFact(input.program)),
  })

function* plainly(
  move: typeof launchedAtOnce,
  step: Step & { body: string },
): Script<Fenced | null> {
  return (yield* last(changed(move, step))) ? { ok: true } : null
}

const launchFact = ({ pid, bootId }: LaunchProof) =>
  ({ kind: 'attempt.launched', pid, bootId }) as const
const confirmFact = (program: string) => ({ kind: 'attempt.confirmed', program }) as const

/** See Store.launched. Repeating it changes nothing. */
export function* launched(input: LaunchInput): Script<Fenced> {
  const { attemptId, proof, now } = input
  if (yield* setLaunched(attemptId, proof, now)) return { ok: true }
  const live = yield* liveState(attemptId)
  return live.attempt === null
    ? yield* refuse(now, live.subject, 'launched', live.stale)
    : { ok: true }
}

/** See Store.confirm. Repeating it changes nothing. */
export function* confirm(input: ConfirmInput): Script<Fenced> {
  const { attemptId, proof, program, now } = input
  const step = { id: attemptId, launch: JSON.stringify(proof), now }
  let moved = yield* first(toConfirmed, step)
  if (moved === undefined) {
    const live = yield* liveState(attemptId)
    if (live.attempt === null) return yield* refuse(now, live.subject, 'confirm', live.stale)
    if (live.attempt.state === 'confirmed') return { ok: true }
    yield* setLaunched(attemptId, proof, now)
    moved = present(
      yield* first(toConfirmed, step),
      'a launched attempt that is locked is confirmed',
    )
  }
  yield* record(now, whoOf(moved), confirmFact(program))
  return { ok: true }
}

/** claimed → launched; false, with nothing done, where it is not claimed. */
function* setLaunched(id: number, proof: LaunchProof, now: number): Script<boolean> {
  const moved = yield* first(toLaunched, { id, launch: JSON.stringify(proof), now })
  if (moved === undefined) return false
  yield* record(now, whoOf(moved), launchFact(proof))
  return true
}

const whoOf = ({ id, task_id: taskId }: Moved): Subject => subjectOf({ id, taskId })
