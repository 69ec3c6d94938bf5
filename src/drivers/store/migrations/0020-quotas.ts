// What accounts may use within the periods of their providers, as clients told it last.

import type { Migration } from './contract.ts'

const table = (int: string, real: string, roomy: string): string[] => [
  `CREATE TABLE quotas (account TEXT NOT NULL, period TEXT NOT NULL, used ${real}, renews_at ${int},
    status TEXT NOT NULL, seen_at ${int} NOT NULL, PRIMARY KEY (account, period))${roomy}`,
]

export const quotas: Migration = {
  id: 20,
  name: 'quotas',
  sqlite: table('INTEGER', 'REAL', ''),
  postgres: table('BIGINT', 'DOUBLE PRECISION', ' WITH (fillfactor = 70)'),
}
