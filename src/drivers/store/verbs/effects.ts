// The ledger's arrows. Each names the epoch it comes from, so that a holder whose reservation was given on writes
// nothing; what is refused is recorded.

import { sql } from 'kysely'

import { present } from '../../../base/assert.ts'
import { type Effect, type EffectResult, incidentOfEffect } from '../../../model/effect.ts'
import { noData } from '../../../model/incident.ts'
import { type Fenced, type Refusal, refusal } from '../../../model/refusal.ts'
import { type EffectRow, effectFromRow } from '../effect-row.ts'
import { first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record, refuse, type Subject } from './facts.ts'
import { moveIncident } from './incidents.ts'
import { lockName } from './lock.ts'

const selectByKey = statement<{ key: string }, EffectRow>('selectEffect', (db, arg, dialect) => {
  const query = db.selectFrom('effects').selectAll().where('key', '=', arg('key'))
  return dialect === 'postgres' ? query.forUpdate() : query
})

interface Move {
  readonly id: number
  readonly epoch: number
  readonly state: string
  readonly since: number
  readonly by: string
  readonly reason: string
  readonly result: string | null
  readonly askAt: number | null
  readonly asked: number
}

const moveEffect = statement<Move, EffectRow>(
  'moveEffect',
  (_db, arg) =>
    sql<EffectRow>`UPDATE effects SET state = ${arg('state')}, since = ${arg('since')}, by = ${arg('by')},
      reason = ${arg('reason')}, result_json = ${arg('result')}, ask_at = ${arg('askAt')}, asked = ${arg('asked')}
      WHERE id = ${arg('id')} AND epoch = ${arg('epoch')} AND state IN ('reserved','uncertain','failed') RETURNING *`,
)

/** The effect of that key, locked for this transaction, also while there is none yet. */
export function* lockEffect(key: string): Script<Effect | null> {
  yield* lockName('effect', key)
  const row = yield* first(selectByKey, { key })
  return row === undefined ? null : effectFromRow(row)
}

export const subjectOfEffect = ({ taskId, holder }: Effect): Subject => ({
  taskId,
  attemptId: holder.attemptId,
})

/** See Store.performEffect. */
export function* performEffect(input: {
  key: string
  epoch: number
  result: EffectResult
  by: string
  now: number
}): Script<Fenced<{ effect: Effect }>> {
  const { key, epoch, result, by, now } = input
  const found = yield* held(key, epoch)
  if (found.effect === null) return yield* refuse(now, {}, 'performEffect', found.stale)
  let { effect } = found
  if (effect.state === 'performed') return { ok: true, effect } // the same word again
  if (effect.state === 'failed') effect = yield* takeBack(effect)
  const move = { since: now, by, reason: '', result: JSON.stringify(result), askAt: null }
  const done = yield* moved(effect, { ...move, state: 'performed', asked: 0 })
  yield* record(now, subjectOfEffect(done), {
    kind: 'effect.performed',
    key,
    receipt: result.receipt,
    by,
  })
  yield* moveIncident({ do: 'resolve', key: incidentOfEffect(key), by }, now)
  return { ok: true, effect: done }
}

const reReserve = statement<{ id: number; epoch: number }, EffectRow>(
  'reReserveEffect',
  (_db, arg) =>
    sql<EffectRow>`UPDATE effects SET state = 'reserved', epoch = epoch + 1
      WHERE id = ${arg('id')} AND epoch = ${arg('epoch')} AND state = 'failed' RETURNING *`,
)

/** A failed effect whose holder comes back and says that it happened: nothing was reserved since, so it is believed. */
function* takeBack({ id, epoch }: Effect): Script<Effect> {
  return effectFromRow(
    present(yield* first(reReserve, { id, epoch }), 'a failed effect is reserved again'),
  )
}

/** See Store.failEffect. */
export function* failEffect(input: {
  key: string
  epoch: number
  reason: string
  by: string
  now: number
}): Script<Fenced<{ effect: Effect }>> {
  const { key, epoch, reason, by, now } = input
  const found = yield* held(key, epoch)
  if (found.effect === null) return yield* refuse(now, {}, 'failEffect', found.stale)
  const { effect } = found
  if (effect.state === 'failed') return { ok: true, effect }
  if (effect.state === 'performed')
    return yield* refuse(now, subjectOfEffect(effect), 'failEffect', alreadyDone(effect))
  const move = { since: now, by, reason, result: null, askAt: null, asked: 0 }
  const done = yield* moved(effect, { ...move, state: 'failed' })
  yield* record(now, subjectOfEffect(done), { kind: 'effect.failed', key, reason, by })
  yield* moveIncident({ do: 'resolve', key: incidentOfEffect(key), by }, now)
  return { ok: true, effect: done }
}

/** See Store.doubtEffect. */
export function* doubtEffect(input: {
  key: string
  epoch: number
  reason: string
  askAt: number | null
  tellPerson: boolean
  now: number
}): Script<Fenced<{ effect: Effect }>> {
  const { key, epoch, reason, askAt, tellPerson, now } = input
  const found = yield* held(key, epoch)
  if (found.effect === null) return yield* refuse(now, {}, 'doubtEffect', found.stale)
  const { effect } = found
  if (effect.state !== 'reserved') return { ok: true, effect } // somebody knows more already
  const move = { since: now, by: '', reason, result: null, askAt, asked: 0 }
  const doubted = yield* moved(effect, { ...move, state: 'uncertain' })
  yield* record(now, subjectOfEffect(doubted), { kind: 'effect.uncertain', key, reason })
  if (tellPerson) yield* askPerson(doubted, reason, now)
  return { ok: true, effect: doubted }
}

/** See Store.effectUnanswered. */
export function* effectUnanswered(input: {
  key: string
  epoch: number
  why: string
  askAt: number
  tellPerson: boolean
  now: number
}): Script<Fenced<{ effect: Effect }>> {
  const { key, epoch, why, askAt, tellPerson, now } = input
  const found = yield* held(key, epoch)
  if (found.effect === null) return yield* refuse(now, {}, 'effectUnanswered', found.stale)
  const { effect } = found
  if (effect.state !== 'uncertain') return { ok: true, effect }
  const { since, reason, asked } = effect
  const move = { since, by: '', reason, result: null, askAt, asked: asked + 1 }
  const still = yield* moved(effect, { ...move, state: 'uncertain' })
  yield* record(now, subjectOfEffect(still), { kind: 'effect.asked', key, why, askAt })
  if (tellPerson) yield* askPerson(still, why, now)
  return { ok: true, effect: still }
}

function* askPerson({ key, kind, taskId }: Effect, why: string, now: number): Script<void> {
  const data = {
    ...noData,
    needsPerson: true,
    tasks: taskId === null ? [] : [taskId],
    release: `look whether it happened, then \`midwatch effect resolve ${key} --performed\` or \`--failed\``,
  }
  const title = `nobody knows whether the ${kind} ${key} happened: ${why}`
  yield* moveIncident({ do: 'open', key: incidentOfEffect(key), title, data, reopenMs: 0 }, now)
}

function* moved(effect: Effect, move: Omit<Move, 'id' | 'epoch'>): Script<Effect> {
  const { id, epoch } = effect
  const row = yield* first(moveEffect, { ...move, id, epoch })
  return effectFromRow(present(row, 'a locked effect moves'))
}

type Held =
  | { readonly effect: Effect; readonly stale: null }
  | { readonly effect: null; readonly stale: Refusal }

/** The fence: the effect is there, and of that epoch. */
function* held(key: string, epoch: number): Script<Held> {
  const effect = yield* lockEffect(key)
  if (effect === null) return { effect: null, stale: missing(key) }
  if (effect.epoch === epoch) return { effect, stale: null }
  const sentence = `the effect ${key} was reserved again since (epoch ${effect.epoch}, not ${epoch})`
  return {
    effect: null,
    stale: refusal('effect.stale', sentence, '`midwatch effect show` tells who holds it now'),
  }
}

const missing = (key: string): Refusal =>
  refusal('effect.missing', `there is no effect ${key}`, '`midwatch effect list` shows them')

const alreadyDone = ({ key }: Effect): Refusal =>
  refusal('effect.performed', `the effect ${key} was performed`, 'another effect has another key')
