// Where tasks come from that no person wanted by hand. A row is born with its task and never changes.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `CREATE TABLE provenance (
    task_id ${int} NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('session','sensor','review','landing','schedule')),
    parent ${int}, root ${int} NOT NULL, depth ${int} NOT NULL CHECK (depth >= 1), sensed ${int} NOT NULL,
    attempt_id ${int},
    CHECK ((kind = 'session') = (attempt_id IS NOT NULL)), CHECK (kind <> 'sensor' OR sensed >= 1),
    CHECK (kind <> 'session' OR depth <= 3), CHECK (parent IS NULL OR parent < task_id))`,
  `CREATE INDEX provenance_root ON provenance (root, kind)`,
  `CREATE INDEX provenance_attempt ON provenance (attempt_id) WHERE attempt_id IS NOT NULL`,
]

export const provenance: Migration = {
  id: 25,
  name: 'provenance',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
