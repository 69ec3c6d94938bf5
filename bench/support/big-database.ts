// Fills a migrated database with history and a long line, fast: rows come from SELECT, the guards stand aside meanwhile
// and are put back from the migration's own text. The same rows in both databases.

import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

import { demandKey } from '../../src/model/demand.ts'
import { guards } from '../../src/drivers/store/migrations/0002-guards.ts'

/** How much there is of what. `others` are ready tasks that the agent `shell` may not take, over as many demands. */
export interface Size {
  readonly settled: number
  readonly ready: number
  readonly others: { readonly tasks: number; readonly demands: number }
  /** Working folder of every task. */
  readonly cwd: string
}

const demand = (agent: string, labels: string[] = []) =>
  ({ kind: 'command', agent, tier: null, role: null, labels }) as const
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
/** All rows are made a day ago. */
const madeAt = (): number => Date.now() - 86_400_000

/** The statements; `series(n)` is a relation `s(i)` of 1 to n. Other demands have the ids 2 and up. */
function statements(size: Size, series: (count: number) => string, giveId: string): string[] {
  const at = madeAt()
  const order = quoted(
    JSON.stringify({
      run: 'true',
      prompt: null,
      cwd: size.cwd,
      timeoutMs: null,
      verify: null,
      once: false,
    }),
  )
  const common =
    'title, priority, order_json, has_check, attempts_max, created_at, created_by, demand_id'
  const values = `'an older task of this fleet, number ' || s.i, 0, ${order}, 0, 5, ${at} + s.i, 'bench'`
  const ready = (count: number, demandId: string) =>
    `INSERT INTO tasks (state, ready_at, rank, ${common})
     SELECT 'ready', ${at} + s.i, ${at} + s.i, ${values}, ${demandId} FROM ${series(count)}`
  const verdict = {
    class: 'success',
    blame: 'nobody',
    exitCode: 0,
    signal: null,
    evidence: 'Exit code 0.',
    resetAt: null,
    neverStarted: false,
  }
  const lanes = quoted(JSON.stringify(['agent:shell', 'fleet', 'host:bench']))
  const statements = [
    `INSERT INTO demands (key, demand_json) VALUES (${quoted(demandKey(demand('shell')))}, ${quoted(JSON.stringify(demand('shell')))})`,
    ...Array.from({ length: size.others.demands }, (_, i) => demand('other', [`label-${i}`])).map(
      (one) =>
        `INSERT INTO demands (key, demand_json) VALUES (${quoted(demandKey(one))}, ${quoted(JSON.stringify(one))})`,
    ),
  ]
  if (size.settled > 0)
    statements.push(
      `INSERT INTO tasks (state, outcome, verified, settled_at, settled_by, reason, attempt_id, ${common})
       SELECT 'settled', 'done', 0, ${at} + s.i, 'attempt ' || s.i, 'Exit code 0.', s.i, ${values}, 1 FROM ${series(size.settled)}`,
      `INSERT INTO attempts (id, task_id, state, agent, host, nonce, token_hash, config_hash, lanes_json, lease_until,
         claimed_at, launched_at, confirmed_at, ended_at, class, blame, exit_code, verdict_json) ${giveId}
       SELECT s.i, s.i, 'ended', 'shell', 'bench', '0123456789abcdef', '${'0'.repeat(64)}', '${'0'.repeat(64)}', ${lanes},
         ${at} + s.i, ${at} + s.i, ${at} + s.i, ${at} + s.i, ${at} + s.i, 'success', 'nobody', 0, ${quoted(JSON.stringify(verdict))}
       FROM ${series(size.settled)}`,
      `INSERT INTO facts (at, kind, task_id, attempt_id, body_json)
       SELECT ${at} + s.i, 'task.settled', s.i, s.i, '{"kind":"task.settled","outcome":"done","verified":false,"by":"attempt 1","reason":"Exit code 0."}'
       FROM ${series(size.settled)}`,
      `INSERT INTO tallies (name, shard, n) VALUES ('settled:done', 0, ${size.settled})`,
    )
  if (size.ready > 0) statements.push(ready(size.ready, '1'))
  if (size.others.tasks > 0)
    statements.push(ready(size.others.tasks, `2 + s.i % ${size.others.demands}`))
  return statements
}

/** Fills the fresh database of a SQLite store. */
export function fillSqlite(path: string, size: Size): void {
  const db = new DatabaseSync(path)
  const triggers = guards.sqlite.flatMap((text) => /^CREATE TRIGGER (\w+)/.exec(text)?.[1] ?? [])
  db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000')
  db.exec('BEGIN')
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  const series = (count: number) =>
    `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n) s`
  for (const text of statements(size, series, '')) db.exec(text)
  for (const text of guards.sqlite) db.exec(text)
  db.exec('COMMIT')
  db.exec('PRAGMA journal_mode = WAL')
  db.close()
}

/** Fills the fresh database of a PostgreSQL store. */
export async function fillPostgres(url: string, size: Size): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('SET session_replication_role = replica') // guards and foreign keys stand aside
  const series = (count: number) => `generate_series(1, ${count}) AS s(i)`
  for (const text of statements(size, series, 'OVERRIDING SYSTEM VALUE')) await client.query(text)
  if (size.settled > 0)
    await client.query(`SELECT setval(pg_get_serial_sequence('attempts', 'id'), ${size.settled})`)
  await client.query('VACUUM ANALYZE')
  await client.end()
}
