// Work keys that are claimed or completed, by key, past those that were given up or forgotten.

import type { Migration } from './contract.ts'

const tables = [`CREATE INDEX work_keys_kept ON work_keys (key) WHERE state <> 'free'`]

export const workKept: Migration = {
  id: 28,
  name: 'work-kept',
  sqlite: tables,
  postgres: tables,
}
