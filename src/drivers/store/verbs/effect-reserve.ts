// reserve: the one door to an effect. Its key decides, whoever asks: two at once find one winner, other parameters under
// the same key are refused, and so is the same effect under a second key (incident 55: the key was the caller's).

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import type { Effect } from '../../../model/effect.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import type { ReserveInput, Reserved } from '../contract/effects.ts'
import { type EffectRow, effectFromRow } from '../effect-row.ts'
import { first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { liveAttempt } from './attempt.ts'
import { lockEffect, subjectOfEffect } from './effects.ts'
import { record, refuse } from './facts.ts'
import { lockName } from './lock.ts'

interface NewRow {
  readonly key: string
  readonly kind: string
  readonly hash: string
  readonly params: string
  readonly check: string | null
  readonly holder: string
  readonly taskId: number | null
  readonly attemptId: number | null
  readonly until: number
  readonly by: string
  readonly now: number
}

const putEffect = statement<NewRow, EffectRow>(
  'putEffect',
  (_db, arg) =>
    sql<EffectRow>`INSERT INTO effects (key, kind, params_hash, params_json, check_json, state, epoch, holder_json,
        task_id, attempt_id, created_at, reserved_at, until, since, by, reason, asked)
      VALUES (${arg('key')}, ${arg('kind')}, ${arg('hash')}, ${arg('params')}, ${arg('check')}, 'reserved', 1,
        ${arg('holder')}, ${arg('taskId')}, ${arg('attemptId')}, ${arg('now')}, ${arg('now')}, ${arg('until')},
        ${arg('now')}, ${arg('by')}, '', 0) RETURNING *`,
)
const takeEffect = statement<Omit<NewRow, 'key' | 'kind' | 'hash'> & { id: number }, EffectRow>(
  'takeEffect',
  (_db, arg) =>
    sql<EffectRow>`UPDATE effects SET state = 'reserved', epoch = epoch + 1, params_json = ${arg('params')},
      check_json = ${arg('check')}, holder_json = ${arg('holder')}, task_id = ${arg('taskId')},
      attempt_id = ${arg('attemptId')}, reserved_at = ${arg('now')}, until = ${arg('until')}, since = ${arg('now')},
      by = ${arg('by')}, reason = '', asked = 0 WHERE id = ${arg('id')} AND state = 'failed' RETURNING *`,
)
const selectTwin = statement<
  { kind: string; hash: string; key: string; since: number },
  { key: string; since: number }
>(
  'selectTwin',
  (_db, arg) =>
    sql<{ key: string; since: number }>`SELECT key, since FROM effects
      WHERE kind = ${arg('kind')} AND params_hash = ${arg('hash')} AND key <> ${arg('key')}
      AND (state IN ('reserved','uncertain') OR (state = 'performed' AND since >= ${arg('since')})) LIMIT 1`,
)

/** See Store.reserveEffect. */
export function* reserveEffect(input: ReserveInput): Script<Reserved> {
  const { key, kind, paramsHash, holder, by, now } = input
  // Names before attempts, as every verb locks them.
  if (input.noTwinSince !== null) yield* lockName('effect', `like ${kind} ${paramsHash}`)
  const known = yield* lockEffect(key)
  const subject = yield* subjectOfHolder(input)
  if ('stale' in subject) return yield* refuse(now, subject.subject, 'reserveEffect', subject.stale)
  if (known !== null && (known.paramsHash !== paramsHash || known.kind !== kind))
    return yield* refuse(now, subject, 'reserveEffect', mismatch(known, input))
  if (known !== null && known.state !== 'failed') {
    if (known.state === 'performed')
      yield* record(now, subject, { kind: 'effect.repeated', key, by })
    return { ok: true, yours: false, effect: known }
  }
  const twin = yield* twinOf(input)
  if (twin !== null) return yield* refuse(now, subject, 'reserveEffect', twin)
  const row = {
    params: JSON.stringify(input.params),
    check: input.check === null ? null : JSON.stringify(input.check),
    holder: JSON.stringify(holder),
    taskId: subject.taskId,
    attemptId: holder.attemptId,
    until: input.until,
    by,
    now,
  }
  const put =
    known === null
      ? yield* first(putEffect, { ...row, key, kind, hash: paramsHash })
      : yield* first(takeEffect, { ...row, id: known.id })
  const effect = effectFromRow(present(put, 'a reservation is written'))
  const { epoch } = effect
  yield* record(now, subjectOfEffect(effect), {
    kind: 'effect.reserved',
    key,
    kindOf: kind,
    epoch,
    by,
  })
  return { ok: true, yours: true, effect }
}

type HolderSubject =
  | { readonly taskId: number | null; readonly attemptId: number | null }
  | { readonly stale: Refusal; readonly subject: { taskId?: number | null } }

/** The fence of an attempt: one that is over reserves nothing. */
function* subjectOfHolder({ holder }: ReserveInput): Script<HolderSubject> {
  if (holder.attemptId === null) return { taskId: null, attemptId: null }
  const live = yield* liveAttempt(holder.attemptId)
  return live.attempt === null
    ? { stale: live.stale, subject: live.subject }
    : { taskId: live.attempt.taskId, attemptId: holder.attemptId }
}

function* twinOf({ key, kind, paramsHash, noTwinSince }: ReserveInput): Script<Refusal | null> {
  if (noTwinSince === null) return null
  const twin = yield* first(selectTwin, { kind, hash: paramsHash, key, since: noTwinSince })
  if (twin === undefined) return null
  return refusal(
    'effect.twin',
    `exactly this ${kind} has the key ${twin.key} already`,
    `name it by ${twin.key}: a key says what is done, not who does it; or change what is sent`,
  )
}

const mismatch = (known: Effect, { key, kind, paramsHash }: ReserveInput): Refusal =>
  refusal(
    'effect.mismatch',
    `the key ${key} belongs to ${known.kind} with the parameters ${known.paramsHash}; these are ${kind} with ${paramsHash}`,
    'another effect has another key',
  )
