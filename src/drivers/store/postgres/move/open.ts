// Opens both databases for a move: each brought to the newest schema first, the file then held so that nobody writes in it
// until it is marked as moved, and by nobody afterwards. A dispatcher that runs is refused, for it would go on in the old one.

import { DatabaseSync } from 'node:sqlite'

import type { Clock } from '../../../../base/clock.ts'
import { refused, usage } from '../../../../base/errors.ts'
import type { Random } from '../../../../base/random.ts'
import { plain, sessionConfig } from '../connect.ts'
import { explain } from '../errors.ts'
import { openPostgres, withoutSecrets } from '../open.ts'
import { explain as explainSqlite, movedWord } from '../../sqlite/errors.ts'
import { openSqlite, requireHere } from '../../sqlite/open.ts'
import { type Moved, movedKey, moveRows } from './move.ts'
import { quoted, tablesOf } from './rows.ts'

export interface MoveFleet {
  /** The embedded database's file. */
  readonly file: string
  /** Where to: `postgres://…`. */
  readonly url: string
  readonly clock: Clock
  readonly random: Random
  /** Whether the dispatcher that wrote a host's row runs now. */
  readonly lives: (row: { pid: number; startTicks: string | null; bootId: string }) => boolean
  /** Told of every table that is copied. */
  readonly tell: (line: string) => void
}

/** Moves. Throws OperatingError `migrate.*` and `store.*`; nothing is half-written then. */
export async function moveFleet(options: MoveFleet): Promise<Moved & { readonly to: string }> {
  const { file, url, clock, random, tell } = options
  if (!/^postgres(ql)?:\/\//.test(url))
    throw usage('usage.to', `\`${url}\` is no address`, 'write --to postgres://user@host/database')
  const to = withoutSecrets(url)
  await openSqlite({ path: file, clock, random }).close()
  await (await openPostgres({ url, clock, random })).close()
  const driver = (await import('pg')).default
  const client = new driver.Client({ ...plain(sessionConfig(driver, url)), query_timeout: 0 })
  client.on('error', () => {}) // the question under way says so
  const db = new DatabaseSync(file, { timeout: 5_000 })
  try {
    db.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
    requireHere(db, file) // another move may have been first, and elsewhere
    requireNobody(db, options)
    await client.connect()
    const moved = await moveRows(db, client, to, tell)
    db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(movedKey, to)
    shut(db, to)
    db.exec('COMMIT')
    return { ...moved, to }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw explain(explainSqlite(error, file), to)
  } finally {
    db.close()
    await client.end().catch(() => {})
  }
}

/** Who opened the file before it was moved would write on, and nobody would ever read it: an assistant, say. */
function shut(db: DatabaseSync, to: string): void {
  const word = movedWord(to).replaceAll("'", "''")
  for (const { name } of tablesOf(db))
    for (const verb of ['INSERT', 'UPDATE', 'DELETE'])
      db.exec(
        `CREATE TRIGGER IF NOT EXISTS ${quoted(`moved_${verb}_${name}`)} BEFORE ${verb} ON ${quoted(name)}
           BEGIN SELECT RAISE(ABORT, '${word}'); END`,
      )
}

function requireNobody(db: DatabaseSync, { lives }: MoveFleet): void {
  const running = db.prepare('SELECT * FROM hosts WHERE running = 1').all()
  for (const row of running) {
    const startTicks = row['start_ticks'] === null ? null : String(row['start_ticks'])
    const pid = Number(row['pid'])
    if (!lives({ pid, startTicks, bootId: String(row['boot_id']) })) continue
    throw refused(
      'migrate.running',
      `a dispatcher of this fleet runs on ${String(row['name'])} (process ${pid})`,
      '`midwatch stop` ends it; its sessions go on, and are taken up again from the new database',
    )
  }
}
