// Duties: taken, renewed and laid down, and the fence by which a write proves that its term is still the newest.

import { sql } from 'kysely'

import { type Duty, type DutyName, type DutyTerm, isOpenTo } from '../../../model/duty.ts'
import type { DutiesTable } from '../schema.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

const selectDuties = statement<object, DutiesTable>('selectDuties', (db) =>
  db.selectFrom('duties').selectAll().orderBy('name'),
)
/** PostgreSQL only: a duty must have a row before it can be locked. */
const ensureDuty = statement<{ name: string; now: number }>('ensureDuty', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? null
    : sql`INSERT INTO duties (name, host, pid, term, since, until) VALUES (${arg('name')}, '', 0, 0, ${arg('now')}, 0)
        ON CONFLICT DO NOTHING`,
)
const lockDuty = statement<{ name: string }, DutiesTable>('lockDuty', (db, arg, dialect) => {
  const query = db.selectFrom('duties').selectAll().where('name', '=', arg('name'))
  return dialect === 'postgres' ? query.forUpdate() : query
})
const putDuty = statement<{
  name: string
  host: string
  pid: number
  term: number
  since: number
  until: number
}>(
  'putDuty',
  (_db, arg) =>
    sql`INSERT INTO duties (name, host, pid, term, since, until)
      VALUES (${arg('name')}, ${arg('host')}, ${arg('pid')}, ${arg('term')}, ${arg('since')}, ${arg('until')})
      ON CONFLICT (name) DO UPDATE SET host = excluded.host, pid = excluded.pid, term = excluded.term,
        since = excluded.since, until = excluded.until`,
)
/** In the order of their names, as whoever takes one locks them. */
const renewDuties = statement<{ host: string; pid: number; until: number }, DutiesTable>(
  'renewDuties',
  (db, arg, dialect) => {
    const own = db
      .selectFrom('duties')
      .select('name')
      .where('host', '=', arg('host'))
      .where('pid', '=', arg('pid'))
    return db
      .updateTable('duties')
      .set({ until: arg('until') })
      .where('name', 'in', dialect === 'postgres' ? own.orderBy('name').forUpdate() : own)
      .returningAll()
  },
)
/** Shared: several writes of one duty may be under way, and whoever takes it waits for all of them. */
const readTerm = statement<{ name: string }, { term: number }>(
  'readTerm',
  (_db, arg, dialect) =>
    sql<{ term: number }>`SELECT term FROM duties WHERE name = ${arg('name')}
      ${dialect === 'postgres' ? sql`FOR SHARE` : sql``}`,
)

/** See Store.duties. */
export function* duties(): Script<readonly Duty[]> {
  return (yield* all(selectDuties, {})).map(dutyFromRow)
}

interface HoldDuties {
  readonly duties: readonly DutyName[]
  readonly host: string
  readonly pid: number
  readonly until: number
  readonly now: number
}

/** Renews what this daemon has of them: one statement. */
export function* renewOwn(input: HoldDuties): Script<readonly DutyTerm[]> {
  const own = new Map((yield* all(renewDuties, input)).map((row) => [row.name, row.term]))
  return termsOf(input.duties, own)
}

/** See Store.holdDuties. */
export function* holdDuties(input: HoldDuties): Script<readonly DutyTerm[]> {
  const { host, pid, until, now } = input
  const mine = new Map(
    (yield* all(renewDuties, { host, pid, until })).map((row) => [row.name, row.term]),
  )
  for (const name of input.duties.toSorted()) {
    if (mine.has(name)) continue
    yield* all(ensureDuty, { name, now })
    const row = yield* first(lockDuty, { name })
    const before = row === undefined ? undefined : dutyFromRow(row)
    if (!isOpenTo(before, host, now)) continue
    const term = (before?.term ?? 0) + 1
    yield* all(putDuty, { name, host, pid, term, since: now, until })
    const from = before?.host ?? ''
    if (from !== '' && from !== host)
      yield* record(now, {}, { kind: 'duty.moved', duty: name, host, term, from })
    mine.set(name, term)
  }
  return termsOf(input.duties, mine)
}

const termsOf = (
  duties: readonly DutyName[],
  terms: ReadonlyMap<string, number>,
): readonly DutyTerm[] =>
  duties.flatMap((duty) => {
    const term = terms.get(duty)
    return term === undefined ? [] : [{ duty, term }]
  })

/** See Store.layDownDuties. */
export function* layDownDuties(input: {
  host: string
  pid: number
  now: number
}): Script<{ laid: number }> {
  const { host, pid, now } = input
  return { laid: (yield* all(renewDuties, { host, pid, until: now })).length }
}

/**
 * Whether a write by that duty may go on: its term is still the newest, and stays so until this transaction ends. A write
 * that names no duty is nobody's but its caller's.
 */
export function* isStillOnDuty(by: DutyTerm | undefined): Script<boolean> {
  if (by === undefined) return true
  return (yield* first(readTerm, { name: by.duty }))?.term === by.term
}

const dutyFromRow = (row: DutiesTable): Duty => ({
  duty: row.name as DutyName,
  host: row.host,
  pid: row.pid,
  term: row.term,
  since: row.since,
  until: row.until,
})
