// Firings of mechanisms by the hour, for how often they fired within an hour, a day and a week.

import type { Migration } from './contract.ts'

const table = (int: string, roomy: string): string[] => [
  `CREATE TABLE firings (hour ${int} NOT NULL, host TEXT NOT NULL, fired ${int} NOT NULL,
    PRIMARY KEY (hour, host))${roomy}`,
]

export const firings: Migration = {
  id: 15,
  name: 'firings',
  sqlite: table('INTEGER', ''),
  postgres: table('BIGINT', ' WITH (fillfactor = 70)'),
}
