// What is asked of the ledger, and how it forgets.

import { sql } from 'kysely'

import type { Effect } from '../../../model/effect.ts'
import { type EffectState, effectStates } from '../../../model/transitions.ts'
import { type EffectRow, effectFromRow } from '../effect-row.ts'
import { all, first, type Script } from '../script.ts'
import { statement, wordsOf } from '../statement.ts'
import { permit, revoke } from './keeping.ts'

const selectOne = statement<{ key: string }, EffectRow>('readEffect', (db, arg) =>
  db.selectFrom('effects').selectAll().where('key', '=', arg('key')),
)
const selectPage = statement<
  { states: string; kind: string; before: number; limit: number },
  EffectRow
>(
  'readEffects',
  (_db, arg, dialect) =>
    sql<EffectRow>`SELECT * FROM effects WHERE id < ${arg('before')}
      AND state IN (${wordsOf(arg('states'), dialect)}) AND (${arg('kind')} = '' OR kind = ${arg('kind')})
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)
const selectOfTask = statement<
  { taskId: number; states: string; kind: string; before: number; limit: number },
  EffectRow
>(
  'readEffectsOfTask',
  (_db, arg, dialect) =>
    sql<EffectRow>`SELECT * FROM effects WHERE task_id = ${arg('taskId')} AND id < ${arg('before')}
      AND state IN (${wordsOf(arg('states'), dialect)}) AND (${arg('kind')} = '' OR kind = ${arg('kind')})
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)
const selectOpen = statement<
  { now: number; after: number; limit: number },
  EffectRow & { attempt_over: number }
>(
  'openEffects',
  (_db, arg) =>
    sql<
      EffectRow & { attempt_over: number }
    >`SELECT e.*, CASE WHEN e.attempt_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM attempts a WHERE a.id = e.attempt_id AND a.state <> 'ended') THEN 1 ELSE 0 END AS attempt_over
      FROM effects e WHERE e.state IN ('reserved','uncertain') AND e.id > ${arg('after')}
      AND (e.state = 'reserved' OR e.ask_at <= ${arg('now')}) ORDER BY e.id LIMIT ${arg('limit')}`,
)
const selectAnyOld = statement<{ kind: string; before: number }, { one: number }>(
  'anyOldEffect',
  (_db, arg) =>
    sql<{ one: number }>`SELECT 1 AS one FROM effects
      WHERE state IN ('performed','failed') AND kind = ${arg('kind')} AND since < ${arg('before')} LIMIT 1`,
)
const dropOld = statement<{ kind: string; before: number; limit: number }, { id: number }>(
  'dropEffects',
  (_db, arg) =>
    sql<{ id: number }>`DELETE FROM effects WHERE id IN (SELECT id FROM effects
      WHERE state IN ('performed','failed') AND kind = ${arg('kind')} AND since < ${arg('before')}
      ORDER BY since LIMIT ${arg('limit')}) RETURNING id`,
)

/** See Store.effect. */
export function* effect(key: string): Script<Effect | null> {
  const row = yield* first(selectOne, { key })
  return row === undefined ? null : effectFromRow(row)
}

/** See Store.effects. */
export function* effects(filter: {
  states?: readonly EffectState[]
  kind?: string
  taskId?: number
  before?: number
  limit: number
}): Script<readonly Effect[]> {
  const { states = effectStates, kind = '', before = Number.MAX_SAFE_INTEGER, limit } = filter
  const { taskId } = filter
  const page = { states: JSON.stringify(states), kind, before, limit }
  const rows =
    taskId === undefined
      ? yield* all(selectPage, page)
      : yield* all(selectOfTask, { ...page, taskId })
  return rows.map(effectFromRow)
}

const selectAnyOpen = statement<object, { one: number }>(
  'anyOpenEffect',
  () => sql<{ one: number }>`SELECT 1 AS one FROM effects
    WHERE state IN ('reserved','uncertain') LIMIT 1`,
)

/** Whether any effect waits for its end. */
export function* anyOpenEffect(): Script<boolean> {
  return (yield* first(selectAnyOpen, {})) !== undefined
}

/** See Store.openEffects. */
export function* openEffects(input: {
  now: number
  after?: number
  limit: number
}): Script<readonly { effect: Effect; attemptOver: boolean }[]> {
  const rows = yield* all(selectOpen, { ...input, after: input.after ?? 0 })
  return rows.map((row) => ({
    effect: effectFromRow(row),
    attemptOver: Number(row.attempt_over) === 1,
  }))
}

/** See Store.pruneEffects. */
export function* pruneEffects(input: {
  kind: string
  before: number
  limit: number
}): Script<{ effects: number }> {
  const { kind, before, limit } = input
  if ((yield* first(selectAnyOld, { kind, before })) === undefined) return { effects: 0 }
  yield* all(permit, {})
  const gone = yield* all(dropOld, { kind, before, limit })
  yield* all(revoke, {})
  return { effects: gone.length }
}
