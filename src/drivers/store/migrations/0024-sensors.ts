// What is remembered of each sensor, so that a restart forgives no failures and begins no new wait.

import type { Migration } from './contract.ts'

const table = (int: string, roomy: string): string[] => [
  `CREATE TABLE sensors (name TEXT PRIMARY KEY, failures ${int} NOT NULL, due_at ${int} NOT NULL,
    looked_at ${int} NOT NULL, note TEXT)${roomy}`,
]

export const sensors: Migration = {
  id: 24,
  name: 'sensors',
  sqlite: table('INTEGER', ''),
  postgres: table('BIGINT', ' WITH (fillfactor = 70)'),
}
