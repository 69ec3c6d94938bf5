// What every mechanism told of its firings: one row per mechanism and host, overwritten, so that it never grows.

import type { Migration } from './contract.ts'

const tables = (int: string, roomy: string): string[] => [
  `CREATE TABLE mechanisms (
    name TEXT NOT NULL, host TEXT NOT NULL, fired_at ${int}, had_at ${int}, moved_at ${int},
    fired ${int} NOT NULL, had ${int} NOT NULL, moved ${int} NOT NULL, waiting ${int} NOT NULL,
    stuck_since ${int}, note TEXT, PRIMARY KEY (name, host))${roomy}`,
]

export const mechanisms: Migration = {
  id: 4,
  name: 'mechanisms',
  sqlite: tables('INTEGER', ''),
  postgres: tables('BIGINT', ' WITH (fillfactor = 70)'),
}
