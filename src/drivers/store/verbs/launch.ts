// launched and confirm: what was asked of the host, and the proof that the program was executed. Two arrows, because
// a launcher that says yes has proven nothing (S0).

import type { LaunchProof } from '../../../model/attempt.ts'
import type { Fenced } from '../../../model/refusal.ts'
import { type Script, tell } from '../script.ts'
import { statement } from '../statement.ts'
import { liveState, type Standing, subjectOf } from './attempt.ts'
import { record, refuse } from './facts.ts'

const toLaunched = statement<{ id: number; launch: string; now: number }>('toLaunched', (db, arg) =>
  db
    .updateTable('attempts')
    .set({ state: 'launched', launched_at: arg('now'), launch_json: arg('launch') })
    .where('id', '=', arg('id'))
    .where('state', '=', 'claimed'),
)
const toConfirmed = statement<{ id: number; launch: string; now: number }>(
  'toConfirmed',
  (db, arg) =>
    db
      .updateTable('attempts')
      .set({ state: 'confirmed', confirmed_at: arg('now'), launch_json: arg('launch') })
      .where('id', '=', arg('id'))
      .where('state', '=', 'launched'),
)

/** See Store.launched. Repeating it changes nothing. */
export function* launched(input: {
  attemptId: number
  proof: LaunchProof
  now: number
}): Script<Fenced> {
  const { attemptId, proof, now } = input
  const live = yield* liveState(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, 'launched', live.stale)
  const { attempt } = live
  if (attempt.state === 'claimed') yield* setLaunched(attempt, proof, now)
  return { ok: true }
}

/** See Store.confirm. Repeating it changes nothing. */
export function* confirm(input: {
  attemptId: number
  proof: LaunchProof
  program: string
  now: number
}): Script<Fenced> {
  const { attemptId, proof, program, now } = input
  const live = yield* liveState(attemptId)
  if (live.attempt === null) return yield* refuse(now, live.subject, 'confirm', live.stale)
  const { attempt } = live
  if (attempt.state === 'confirmed') return { ok: true }
  if (attempt.state === 'claimed') yield* setLaunched(attempt, proof, now)
  yield* tell(toConfirmed, { id: attemptId, launch: JSON.stringify(proof), now })
  yield* record(now, subjectOf(attempt), { kind: 'attempt.confirmed', program })
  return { ok: true }
}

function* setLaunched(attempt: Standing, proof: LaunchProof, now: number): Script<void> {
  yield* tell(toLaunched, { id: attempt.id, launch: JSON.stringify(proof), now })
  const { pid, bootId } = proof
  yield* record(now, subjectOf(attempt), { kind: 'attempt.launched', pid, bootId })
}
