// Refusals as they are kept, and what the audit of holds reads.

import type { Migration } from './contract.ts'

const tables = (id: string, int: string): string[] => [
  `CREATE TABLE refusals (
    id ${id}, host TEXT NOT NULL, subject TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
    release TEXT NOT NULL, first_at ${int} NOT NULL, last_at ${int} NOT NULL, count ${int} NOT NULL)`,
  `CREATE INDEX refusals_of ON refusals (host, subject, code, id)`,
  `CREATE INDEX refusals_last ON refusals (last_at)`,
  `CREATE INDEX holds_released ON holds (kind, released_at) WHERE released_at IS NOT NULL`,
  `CREATE INDEX holds_classes ON holds (kind, needs_person, since) WHERE released_at IS NULL`,
]

export const audit: Migration = {
  id: 16,
  name: 'audit',
  sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER'),
  postgres: tables('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'BIGINT'),
}
