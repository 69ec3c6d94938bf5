// The configurations that attempts began with, by their hash: an attempt that outlives a change of midwatch.yaml and its
// dispatcher goes on by what was in force when it was claimed. No secret stands here.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `CREATE TABLE kept_configs (hash TEXT NOT NULL PRIMARY KEY, config_json TEXT NOT NULL, kept_at ${int} NOT NULL)`,
]

export const kept: Migration = {
  id: 11,
  name: 'kept',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
