// The rows of one database for the other: read in pages, written in portions, and known by count and hash. The hash of a
// table is the sum of its rows' hashes, so that no order has to be agreed upon.

import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { ClientBase } from 'pg'

import { assert } from '../../../../base/assert.ts'

export type Value = string | number | null
export type Row = readonly Value[]

export interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

/** What is known of a table's rows. */
export interface Sum {
  readonly rows: number
  readonly hash: string
}

const pageSize = 500
const modulus = 1n << 256n

/** Adds rows up. */
export function summing() {
  let rows = 0
  let total = 0n
  return {
    add(row: Row): void {
      rows += 1
      const digest = createHash('sha256').update(JSON.stringify(row)).digest('hex')
      total = (total + BigInt(`0x${digest}`)) % modulus
    },
    sum: (): Sum => ({ rows, hash: total.toString(16).padStart(64, '0') }),
  }
}

/** The tables of an embedded database that hold the fleet, those first to which others refer. */
export function tablesOf(db: DatabaseSync): readonly Table[] {
  const names = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map((row) => String(row['name']))
    .filter((name) => !['migrations', 'meta', 'permits'].includes(name))
  const place = (name: string): number => {
    const at = referred.indexOf(name)
    return at < 0 ? referred.length : at
  }
  return names
    .toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((name) => ({
      name,
      columns: db
        .prepare(`PRAGMA table_info(${quoted(name)})`)
        .all()
        .map((column) => String(column['name'])),
    }))
}

const referred = ['demands', 'tasks', 'attempts', 'holds', 'convoys']

/** PostgreSQL's texts hold every character but NUL; its place is taken as when a session's output is written there. */
const storable = (value: unknown): Value => {
  if (typeof value === 'string')
    return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  assert(false, 'a fleet is numbers and texts')
}

/** Every row of a table of the embedded database, by its place in the file. */
export function* rowsOf(db: DatabaseSync, { name, columns }: Table): Generator<Row> {
  const statement = db.prepare(
    `SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(name)} ORDER BY rowid`,
  )
  statement.setReturnArrays(true)
  for (const row of statement.iterate()) yield (row as unknown as unknown[]).map(storable)
}

/** Writes rows as they are, ids and all. */
export async function writeRows(
  client: ClientBase,
  { name, columns }: Table,
  rows: readonly Row[],
): Promise<void> {
  const places = rows.map(
    (_, at) => `(${columns.map((_c, i) => `$${at * columns.length + i + 1}`).join(', ')})`,
  )
  await client.query(
    `INSERT INTO ${quoted(name)} (${columns.map(quoted).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${places.join(', ')}`,
    rows.flat(),
  )
}

/** The sum of a table as PostgreSQL has it. */
export async function sumThere(client: ClientBase, { name, columns }: Table): Promise<Sum> {
  const sums = summing()
  const cursor = `midwatch_${name}`
  await client.query(
    `DECLARE ${cursor} CURSOR FOR SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(name)}`,
  )
  for (;;) {
    const { rows } = await client.query({
      text: `FETCH ${pageSize} FROM ${cursor}`,
      rowMode: 'array',
    })
    for (const row of rows as unknown[][]) sums.add(row.map(storable))
    if (rows.length < pageSize) break
  }
  await client.query(`CLOSE ${cursor}`)
  return sums.sum()
}

/** At most so many rows are written at once; PostgreSQL takes 65,535 parameters. */
export const portion = ({ columns }: Table): number =>
  Math.min(pageSize, Math.floor(60_000 / columns.length))

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
