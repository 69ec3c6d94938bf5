// Holds that are looked at: checks and questions, with what was seen and answered; and the question an attempt asked.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `ALTER TABLE holds ADD COLUMN look_at ${int}`,
  `ALTER TABLE holds ADD COLUMN waits_on TEXT`,
  `ALTER TABLE holds ADD COLUMN needs_person ${int} NOT NULL DEFAULT 0`,
  `ALTER TABLE holds ADD COLUMN state_json TEXT NOT NULL DEFAULT '{}'`,
  `ALTER TABLE holds ADD COLUMN answer TEXT`,
  `ALTER TABLE attempts ADD COLUMN asked TEXT`,
  `UPDATE holds SET needs_person = 1 WHERE kind = 'person' OR release_json LIKE '%"needsPerson":true%'`,
  `CREATE INDEX holds_looks ON holds (kind, look_at) WHERE released_at IS NULL AND look_at IS NOT NULL`,
  `CREATE INDEX holds_live ON holds (kind, since) WHERE released_at IS NULL`,
  `CREATE INDEX holds_person ON holds (id) WHERE released_at IS NULL AND needs_person = 1`,
  `CREATE INDEX holds_on ON holds (waits_on, id) WHERE released_at IS NULL AND waits_on IS NOT NULL`,
  `CREATE INDEX holds_answered ON holds (task_id, id) WHERE answer IS NOT NULL`,
]

export const waits: Migration = {
  id: 10,
  name: 'waits',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
