// Pulses of loops, and restarts asked for. One row per loop, overwritten; a restart is a row until it has its answer.

import { sql } from 'kysely'

import type { LoopBeat } from '../../../base/beats.ts'
import type { Pulse, RestartRequest, Role } from '../../../model/pulse.ts'
import type { PulsesTable, RestartsTable } from '../schema.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'
import { lockName } from './lock.ts'

const putPulses = statement<{
  host: string
  role: string
  pid: number
  loops: string
  now: number
}>(
  'putPulses',
  (_db, arg, dialect) =>
    sql`INSERT INTO pulses (host, role, loop, pid, beat, every_ms, at)
        SELECT ${arg('host')}, ${arg('role')}, ${
          dialect === 'sqlite'
            ? sql`json_extract(value, '$.loop'), ${arg('pid')}, json_extract(value, '$.beat'),
                json_extract(value, '$.everyMs'), ${arg('now')} FROM json_each(${arg('loops')}) WHERE true`
            : sql`x.loop, ${arg('pid')}::bigint, x.beat, x."everyMs", ${arg('now')}::bigint
                FROM json_to_recordset(${arg('loops')}::json) AS x(loop text, beat bigint, "everyMs" bigint)`
        }
        ON CONFLICT (host, role, loop) DO UPDATE SET pid = excluded.pid, beat = excluded.beat,
          every_ms = excluded.every_ms, at = excluded.at`,
)
const dropStrangers = statement<{ host: string; role: string; pid: number }>(
  'dropStrangePulses',
  (db, arg) =>
    db
      .deleteFrom('pulses')
      .where('host', '=', arg('host'))
      .where('role', '=', arg('role'))
      .where('pid', '<>', arg('pid')),
)
const dropPulses = statement<{ host: string; role: string; pid: number }>('dropPulses', (db, arg) =>
  db
    .deleteFrom('pulses')
    .where('host', '=', arg('host'))
    .where('role', '=', arg('role'))
    .where('pid', '=', arg('pid')),
)
const selectPulses = statement<{ host: string | null }, PulsesTable>(
  'selectPulses',
  (_db, arg) =>
    sql<PulsesTable>`SELECT * FROM pulses WHERE host = coalesce(${arg('host')}, host)
      ORDER BY host, role, loop`,
)

/** The pulses of the process before it are gone by then. */
const youngBeats = 5

/** See Store.pulse. */
export function* pulse(input: {
  host: string
  role: Role
  pid: number
  loops: readonly Pick<LoopBeat, 'loop' | 'beat' | 'everyMs'>[]
  now: number
}): Script<void> {
  const { host, role, pid, now } = input
  const isNew = input.loops.every(({ beat }) => beat <= youngBeats)
  if (isNew) yield* all(dropStrangers, { host, role, pid })
  const loops = input.loops.map(({ loop, beat, everyMs }) => ({ loop, beat, everyMs }))
  yield* all(putPulses, { host, role, pid, loops: JSON.stringify(loops), now })
}

/** See Store.endPulses. */
export function* endPulses(input: { host: string; role: Role; pid: number }): Script<void> {
  yield* all(dropPulses, input)
}

/** See Store.pulses. */
export function* pulses(host: string | null): Script<readonly Pulse[]> {
  const rows = yield* all(selectPulses, { host })
  return rows.map((row) => ({
    host: row.host,
    role: row.role as Role,
    loop: row.loop,
    pid: row.pid,
    beat: row.beat,
    everyMs: row.every_ms,
    at: row.at,
  }))
}

const selectOpen = statement<{ host: string }, RestartsTable & { id: number }>(
  'selectOpenRestarts',
  (db, arg) =>
    db
      .selectFrom('restarts')
      .selectAll()
      .where('host', '=', arg('host'))
      .where('answered_at', 'is', null)
      .orderBy('id')
      .limit(20),
)
const putRestart = statement<{
  host: string
  role: string
  pid: number
  reason: string
  evidence: string
  now: number
}>('putRestart', (db, arg) =>
  db.insertInto('restarts').values({
    host: arg('host'),
    role: arg('role'),
    pid: arg('pid'),
    reason: arg('reason'),
    evidence_json: arg('evidence'),
    asked_at: arg('now'),
  }),
)
const markAnswered = statement<{ id: number; answer: string; now: number }, { id: number }>(
  'markAnswered',
  (db, arg) =>
    db
      .updateTable('restarts')
      .set({ answered_at: arg('now'), answer: arg('answer') })
      .where('id', '=', arg('id'))
      .where('answered_at', 'is', null)
      .returning('id'),
)
const selectRestart = statement<{ id: number }, RestartsTable>('selectRestart', (db, arg) =>
  db.selectFrom('restarts').selectAll().where('id', '=', arg('id')),
)

/** See Store.askRestart. */
export function* askRestart(
  input: Omit<RestartRequest, 'id' | 'askedAt'> & { now: number },
): Script<{ asked: boolean }> {
  const { host, role, pid, reason, evidence, now } = input
  yield* lockName('host', host)
  const open = yield* all(selectOpen, { host })
  if (open.some((row) => row.role === role && row.pid === pid)) return { asked: false }
  yield* all(putRestart, { host, role, pid, reason, evidence: JSON.stringify(evidence), now })
  yield* record(now, {}, { kind: 'restart.asked', host, role, pid, reason })
  return { asked: true }
}

/** See Store.openRestarts. */
export function* openRestarts(host: string): Script<readonly RestartRequest[]> {
  const rows = yield* all(selectOpen, { host })
  return rows.map((row) => ({
    id: row.id,
    host: row.host,
    role: row.role as Role,
    pid: row.pid,
    reason: row.reason,
    evidence: JSON.parse(row.evidence_json) as string[],
    askedAt: row.asked_at,
  }))
}

/** See Store.answerRestart. */
export function* answerRestart(input: { id: number; answer: string; now: number }): Script<void> {
  const { id, answer, now } = input
  if (!(yield* changed(markAnswered, { id, answer, now }))) return
  const row = yield* first(selectRestart, { id })
  if (row === undefined) return
  const role = row.role as Role
  yield* record(now, {}, { kind: 'restart.answered', host: row.host, role, pid: row.pid, answer })
}
