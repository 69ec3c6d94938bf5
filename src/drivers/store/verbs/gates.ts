// pin and resetGate. What a person pins, only that person's word or its stated time undoes; each reset is a fact.

import { sql } from 'kysely'

import type { Gate } from '../../../model/gate.ts'
import { gateFromRow } from '../rows.ts'
import type { GatesTable } from '../schema.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

/** On PostgreSQL a claim leaves passing rows behind, which it needs for locking; they tell nothing and are left out. */
const selectGates = statement<object, GatesTable>('selectGates', (db) =>
  db
    .selectFrom('gates')
    .selectAll()
    .where((eb) => eb.or([eb('state', '<>', 'passing'), eb('by', 'is not', null)]))
    .orderBy('lane'),
)
const selectGate = statement<{ lane: string }, GatesTable>('selectGate', (db, arg, dialect) => {
  const query = db.selectFrom('gates').selectAll().where('lane', '=', arg('lane'))
  return dialect === 'postgres' ? query.forUpdate() : query
})
const putGate = statement<
  { lane: string; state: string; now: number; until: number | null; by: string; reason: string }
>('putGate', (_db, arg) =>
  sql`INSERT INTO gates (lane, state, since, until, by, reason)
      VALUES (${arg('lane')}, ${arg('state')}, ${arg('now')}, ${arg('until')}, ${arg('by')}, ${arg('reason')})
      ON CONFLICT (lane) DO UPDATE SET state = excluded.state, since = excluded.since, until = excluded.until,
        by = excluded.by, reason = excluded.reason, canary = NULL`,
)

/** See Store.gates. */
export function* gates(): Script<readonly Gate[]> {
  return (yield* all(selectGates, {})).map(gateFromRow)
}

/** See Store.pin. */
export function* pin(input: {
  lane: string
  by: string
  reason: string
  until: number | null
  now: number
}): Script<void> {
  const { lane, by, reason, until, now } = input
  yield* all(putGate, { lane, state: 'pinned', now, until, by, reason })
  yield* record(now, {}, { kind: 'gate.pinned', lane, by, reason, until })
}

/** See Store.resetGate. */
export function* resetGate(input: { lane: string; by: string; reason: string; now: number }): Script<{ was: string }> {
  const { lane, by, reason, now } = input
  const row = yield* first(selectGate, { lane })
  const was = row?.state ?? 'passing'
  if (was === 'passing') return { was }
  yield* all(putGate, { lane, state: 'passing', now, until: null, by, reason })
  yield* record(now, {}, { kind: 'gate.reset', lane, by, reason, was })
  return { was }
}

/** Locked, for a person may be pinning one of them anew, and that pin is not ours to undo. */
const selectPinsDue = statement<{ now: number }, { lane: string }>('selectPinsDue', (db, arg, dialect) => {
  const due = db.selectFrom('gates').select('lane').where('state', '=', 'pinned').where('until', '<=', arg('now'))
  const query = due.orderBy('lane')
  return dialect === 'postgres' ? query.forUpdate() : query
})

/** Reopens every pin whose stated end has come. */
export function* releasePins(now: number): Script<void> {
  for (const { lane } of yield* all(selectPinsDue, { now }))
    yield* resetGate({ lane, by: 'time', reason: 'its stated end has come', now })
}
