// Pulses of loops and restarts asked for: what those who watch a daemon from outside go by.

import type { Migration } from './contract.ts'

const tables = (id: string, int: string, roomy: string): string[] => [
  `ALTER TABLE hosts ADD COLUMN under_pid ${int}`,
  `ALTER TABLE hosts ADD COLUMN under_ticks TEXT`,
  `CREATE TABLE pulses (
    host TEXT NOT NULL, role TEXT NOT NULL, loop TEXT NOT NULL, pid ${int} NOT NULL,
    beat ${int} NOT NULL, every_ms ${int} NOT NULL, at ${int} NOT NULL,
    PRIMARY KEY (host, role, loop))${roomy}`,
  `CREATE TABLE restarts (
    id ${id}, host TEXT NOT NULL, role TEXT NOT NULL, pid ${int} NOT NULL, reason TEXT NOT NULL,
    evidence_json TEXT NOT NULL, asked_at ${int} NOT NULL, answered_at ${int}, answer TEXT)`,
  `CREATE INDEX restarts_open ON restarts (host, id) WHERE answered_at IS NULL`,
]

export const pulses: Migration = {
  id: 14,
  name: 'pulses',
  sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER', ''),
  postgres: tables(
    'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    'BIGINT',
    ' WITH (fillfactor = 70)',
  ),
}
