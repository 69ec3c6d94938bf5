// What SQLite alone makes of a task's turns on this machine: claim, renew and settle, each its own durable commit
// (write-ahead log, synchronous=FULL), with a guard trigger and a fact row. The yardstick for the whole house's way.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const schema = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE tasks (id INTEGER PRIMARY KEY, state TEXT NOT NULL, outcome TEXT, attempt INTEGER, lease INTEGER, rank INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX tasks_ready ON tasks (rank, id) WHERE state = 'ready';
  CREATE TABLE facts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, task_id INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE TRIGGER tasks_final BEFORE UPDATE ON tasks WHEN OLD.state = 'settled'
    BEGIN SELECT RAISE(ABORT, 'settled'); END;
`

/** How many tasks per second go through claim, renew and settle, over `count` of them. */
export function rawSqliteRate(dir: string, count: number): number {
  const db = new DatabaseSync(join(dir, 'raw.db'))
  db.exec(schema)
  const add = db.prepare("INSERT INTO tasks (state, rank, body) VALUES ('ready', ?, ?)")
  db.exec('BEGIN')
  for (let i = 0; i < count; i++) add.run(i, 'x'.repeat(200))
  db.exec('COMMIT')
  const claim = db.prepare(`UPDATE tasks SET state = 'taken', attempt = ?, lease = ?
    WHERE id = (SELECT id FROM tasks WHERE state = 'ready' ORDER BY rank, id LIMIT 1) RETURNING id`)
  const renew = db.prepare("UPDATE tasks SET lease = ? WHERE id = ? AND state = 'taken'")
  const settle = db.prepare(
    "UPDATE tasks SET state = 'settled', outcome = 'done' WHERE id = ? AND attempt = ? AND state = 'taken'",
  )
  const fact = db.prepare(
    "INSERT INTO facts (at, kind, task_id, body) VALUES (?, 'task.settled', ?, ?)",
  )
  const began = performance.now()
  for (let i = 0; i < count; i++) {
    const id = Number(claim.get(i, i)?.['id'])
    renew.run(i + 1, id)
    db.exec('BEGIN IMMEDIATE')
    settle.run(id, i)
    fact.run(i, id, '{"kind":"task.settled","outcome":"done"}')
    db.exec('COMMIT')
  }
  const seconds = (performance.now() - began) / 1_000
  db.close()
  return count / seconds
}
