// What the API answered under idempotency keys, and how many tasks each session has added.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `CREATE TABLE replies (
    key TEXT NOT NULL PRIMARY KEY, asked TEXT NOT NULL, asker TEXT NOT NULL, at ${int} NOT NULL,
    status ${int}, answer TEXT)`,
  `CREATE INDEX replies_at ON replies (at)`,
  `CREATE INDEX tasks_by_session ON tasks (created_by) WHERE created_by LIKE 'attempt %'`,
]

export const replies: Migration = {
  id: 18,
  name: 'replies',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
