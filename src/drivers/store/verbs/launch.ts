// launched and confirm: what was asked of the host, and the proof that the program was executed. Two arrows, because
// a launcher that says yes has proven nothing (S0).

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { LaunchProof } from '../../../model/attempt.ts'
import type { Fenced } from '../../../model/refusal.ts'
import { keyed } from '../many.ts'
import { first, type Script } from '../script.ts'
import { liveState, subjectOf } from './attempt.ts'
import { record, refuse, type Subject } from './facts.ts'

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

/** See Store.launched. Repeating it changes nothing. */
export function* launched(input: {
  attemptId: number
  proof: LaunchProof
  now: number
}): Script<Fenced> {
  const { attemptId, proof, now } = input
  if (yield* setLaunched(attemptId, proof, now)) return { ok: true }
  const live = yield* liveState(attemptId)
  return live.attempt === null
    ? yield* refuse(now, live.subject, 'launched', live.stale)
    : { ok: true }
}

/** See Store.confirm. Repeating it changes nothing. */
export function* confirm(input: {
  attemptId: number
  proof: LaunchProof
  program: string
  now: number
}): Script<Fenced> {
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
  yield* record(now, whoOf(moved), { kind: 'attempt.confirmed', program })
  return { ok: true }
}

/** claimed → launched; false, with nothing done, where it is not claimed. */
function* setLaunched(id: number, proof: LaunchProof, now: number): Script<boolean> {
  const moved = yield* first(toLaunched, { id, launch: JSON.stringify(proof), now })
  if (moved === undefined) return false
  const { pid, bootId } = proof
  yield* record(now, whoOf(moved), { kind: 'attempt.launched', pid, bootId })
  return true
}

const whoOf = ({ id, task_id: taskId }: Moved): Subject => subjectOf({ id, taskId })
