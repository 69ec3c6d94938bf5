// Gates that learn: what a lane remembers, how far the facts are folded, which endings wait to be folded, and what an
// incident knows and whom it has told.

import type { Migration } from './contract.ts'

/** Facts that are few and asked for by their kind; a query names them as literals, so that the index serves it. */
const rareFacts = `CREATE INDEX facts_rare ON facts (id) WHERE kind IN ('gate.shut','gate.probing','gate.passing',
  'gate.ramped','gate.pinned','gate.reset','config.loaded','daemon.started','host.returned','cli.changed')`

const tables = (int: string): string[] => [
  `ALTER TABLE gates ADD COLUMN ramp ${int}`,
  `ALTER TABLE gates ADD COLUMN rev ${int} NOT NULL DEFAULT 0`,
  `ALTER TABLE gates ADD COLUMN memory_json TEXT NOT NULL DEFAULT '{}'`,
  `ALTER TABLE incidents ADD COLUMN data_json TEXT NOT NULL DEFAULT '{}'`,
  `ALTER TABLE incidents ADD COLUMN told_at ${int}`,
  `ALTER TABLE incidents ADD COLUMN end_told_at ${int}`,
  `ALTER TABLE incidents ADD COLUMN tell_after ${int} NOT NULL DEFAULT 0`,
  `ALTER TABLE incidents ADD COLUMN tell_tries ${int} NOT NULL DEFAULT 0`,
  // What was opened before there was anybody to tell is not told now.
  `UPDATE incidents SET told_at = opened_at, end_told_at = resolved_at`,
  `CREATE INDEX incidents_untold ON incidents (id) WHERE told_at IS NULL OR end_told_at IS NULL`,
  `CREATE INDEX incidents_key ON incidents (key, id)`,
  `CREATE TABLE cursors (name TEXT NOT NULL PRIMARY KEY, fact_id ${int} NOT NULL)`,
  `INSERT INTO cursors (name, fact_id) SELECT 'gates', coalesce(max(id), 0) FROM facts`,
  `CREATE TABLE unfolded (attempt_id ${int} NOT NULL PRIMARY KEY)`,
  rareFacts,
]

export const gates: Migration = {
  id: 3,
  name: 'gates',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
