// Moves a fleet from the embedded database to PostgreSQL, in one transaction there and under the write lock here: whole, or
// not at all. Every table is read back and compared by count and hash before it counts; then the file is marked as moved, so
// that nobody goes on in it. Killed at any time it may be run again.

import type { DatabaseSync } from 'node:sqlite'
import type { ClientBase } from 'pg'

import { failed, refused } from '../../../../base/errors.ts'
import {
  portion,
  quoted,
  rowsOf,
  type Row,
  type Sum,
  sumThere,
  summing,
  type Table,
  tablesOf,
  writeRows,
} from './rows.ts'

export interface MovedTable extends Sum {
  readonly table: string
}

export interface Moved {
  readonly tables: readonly MovedTable[]
  /** Whether the rows were there already, from a run that was killed before the file was marked. */
  readonly wasThere: boolean
}

/** The key in `meta` of a database that was moved away. */
export const movedKey = 'moved_to'

/** Copies, compares and commits. The caller holds the write lock of `db`. Throws OperatingError `migrate.*`. */
export async function moveRows(
  db: DatabaseSync,
  client: ClientBase,
  where: string,
  tell: (line: string) => void,
): Promise<Moved> {
  const tables = tablesOf(db)
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
  try {
    // To read and sum up a large table here takes its time, in which nothing is said there.
    await client.query(
      `SELECT set_config('idle_in_transaction_session_timeout', '0', true), set_config('statement_timeout', '0', true)`,
    )
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('midwatch:migrate', 0))")
    const wasThere = await holdsFleet(client, db, tables, where)
    if (!wasThere) for (const table of tables) await copy(db, client, table, tell)
    const sums = await compared(db, client, tables, where)
    if (!wasThere) await goOn(client, db, tables)
    await client.query('COMMIT')
    return { tables: sums, wasThere }
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // the connection itself may be what failed
    throw error
  }
}

/** Whether this very fleet is there already. Throws where another one is. */
async function holdsFleet(
  client: ClientBase,
  db: DatabaseSync,
  tables: readonly Table[],
  where: string,
): Promise<boolean> {
  let rows = 0
  for (const { name } of tables) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)
    rows += rowCount ?? 0
  }
  if (rows === 0) return false
  const { rows: ids } = await client.query("SELECT value FROM meta WHERE key = 'fleet_id'")
  if (String(ids[0]?.value) === fleetIdOf(db)) return true
  // What a database that was only opened holds is ours to replace: nothing but cursors.
  const { rowCount } = await client.query(
    'SELECT 1 FROM (SELECT id FROM tasks UNION ALL SELECT id FROM facts UNION ALL SELECT id FROM incidents) x LIMIT 1',
  )
  if ((rowCount ?? 0) > 0)
    throw refused(
      'migrate.not_empty',
      `the database at ${where} holds another fleet`,
      'make an empty one with createdb, and name that',
    )
  for (const { name } of tables.toReversed()) await client.query(`DELETE FROM ${quoted(name)}`)
  return false
}

const fleetIdOf = (db: DatabaseSync): string =>
  String(db.prepare("SELECT value FROM meta WHERE key = 'fleet_id'").get()?.['value'])

async function copy(
  db: DatabaseSync,
  client: ClientBase,
  table: Table,
  tell: (line: string) => void,
): Promise<void> {
  const most = portion(table)
  let rows: Row[] = []
  let count = 0
  const write = async (): Promise<void> => {
    if (rows.length > 0) await writeRows(client, table, rows)
    count += rows.length
    rows = []
  }
  // The guards let no row be born as what it became.
  await client.query(`ALTER TABLE ${quoted(table.name)} DISABLE TRIGGER USER`)
  for (const row of rowsOf(db, table)) {
    rows.push(row)
    if (rows.length >= most) await write()
  }
  await write()
  await client.query(`ALTER TABLE ${quoted(table.name)} ENABLE TRIGGER USER`)
  if (count > 0) tell(`${table.name}: ${count} rows`)
}

async function compared(
  db: DatabaseSync,
  client: ClientBase,
  tables: readonly Table[],
  where: string,
): Promise<readonly MovedTable[]> {
  const sums: MovedTable[] = []
  for (const table of tables) {
    const here = summing()
    for (const row of rowsOf(db, table)) here.add(row)
    const sum = here.sum()
    const there = await sumThere(client, table)
    if (sum.rows !== there.rows || sum.hash !== there.hash)
      throw failed(
        'migrate.differs',
        `${table.name} at ${where} is not what was read here (${there.rows} of ${sum.rows} rows, other hash)`,
        'nothing was moved now; where this fleet was moved before and went on there, name that as `store:` in midwatch.yaml; where it went on here, move it to an empty database',
      )
    sums.push({ table: table.name, ...sum })
  }
  return sums
}

/** Ids go on after the highest ever given here, and the fleet keeps its own id: its sessions carry it. */
async function goOn(client: ClientBase, db: DatabaseSync, tables: readonly Table[]): Promise<void> {
  const given = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?')
  for (const { name, columns } of tables) {
    const seq = Number(given.get(name)?.['seq'] ?? 0)
    if (seq > 0 && columns.includes('id'))
      await client.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [name, seq])
  }
  await client.query("UPDATE meta SET value = $1 WHERE key = 'fleet_id'", [fleetIdOf(db)])
}
