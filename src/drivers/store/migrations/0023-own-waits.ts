// What a session wants its own task to wait for, once it has ended; and the effects of a task, from an index.

import type { Migration } from './contract.ts'

const tables = [
  `ALTER TABLE attempts ADD COLUMN waits_json TEXT`,
  `CREATE INDEX effects_task ON effects (task_id, id) WHERE task_id IS NOT NULL`,
]

export const ownWaits: Migration = {
  id: 23,
  name: 'own-waits',
  sqlite: tables,
  postgres: tables,
}
