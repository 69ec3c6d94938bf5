// All holds of one task, released ones too, from an index.

import type { Migration } from './contract.ts'

const tables = [`CREATE INDEX holds_of_task ON holds (task_id, id)`]

export const holdsOfTask: Migration = {
  id: 17,
  name: 'holds-of-task',
  sqlite: tables,
  postgres: tables,
}
