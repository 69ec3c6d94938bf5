// Locks, work keys and calm windows; and which demands are bound by more than their agent. A free lock keeps its row, so that its epoch never begins anew.

import type { Migration } from './contract.ts'

const tables = (id: string, int: string, roomy: string): string[] => [
  `CREATE TABLE locks (
    name TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, epoch ${int} NOT NULL, holder TEXT NOT NULL,
    attempt_id ${int}, since ${int} NOT NULL, until ${int})${roomy}`,
  `CREATE INDEX locks_taken ON locks (name) WHERE state <> 'free'`,
  `CREATE INDEX locks_attempt ON locks (attempt_id) WHERE attempt_id IS NOT NULL`,
  `CREATE TABLE work_keys (
    key TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, epoch ${int} NOT NULL, holder TEXT NOT NULL,
    attempt_id ${int}, task_id ${int}, since ${int} NOT NULL, until ${int}, note TEXT NOT NULL)${roomy}`,
  `CREATE INDEX work_keys_until ON work_keys (until) WHERE until IS NOT NULL`,
  `CREATE INDEX work_keys_attempt ON work_keys (attempt_id) WHERE attempt_id IS NOT NULL`,
  `CREATE TABLE windows (
    name TEXT NOT NULL, host TEXT NOT NULL, judged_at ${int} NOT NULL, calm ${int} NOT NULL, quiet_since ${int},
    opened_at ${int}, why_json TEXT NOT NULL, taken ${int} NOT NULL, day TEXT NOT NULL, taken_day ${int} NOT NULL,
    busy_json TEXT NOT NULL, opening_id ${int}, last_opened_at ${int}, last_taken_at ${int},
    PRIMARY KEY (name, host))${roomy}`,
  `CREATE TABLE openings (
    id ${id}, name TEXT NOT NULL, host TEXT NOT NULL, opened_at ${int} NOT NULL, closed_at ${int},
    taken ${int} NOT NULL, tasks_json TEXT NOT NULL, why TEXT NOT NULL)`,
  `CREATE INDEX openings_name ON openings (name, id)`,
  `ALTER TABLE demands ADD COLUMN bound ${int} NOT NULL DEFAULT 0`,
  `ALTER TABLE demands ADD COLUMN calm TEXT`,
  `UPDATE demands SET bound = 1 WHERE demand_json NOT LIKE '%"labels":[]%'`,
  `CREATE INDEX demands_calm ON demands (calm) WHERE calm IS NOT NULL`,
]

export const locks: Migration = {
  id: 12,
  name: 'locks',
  sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER', ''),
  postgres: tables(
    'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    'BIGINT',
    ' WITH (fillfactor = 70)',
  ),
}
