// What the reconciler acts on in vain: how often, and when it may act again. Kept here, so that a dispatcher that is started
// again and one on another host know what the first one tried.

import type { Migration } from './contract.ts'

const table = (int: string): string[] => [
  `CREATE TABLE troubles (
    law TEXT NOT NULL, subject TEXT NOT NULL, acts ${int} NOT NULL, next_at ${int} NOT NULL, told ${int} NOT NULL,
    PRIMARY KEY (law, subject))`,
]

export const troubles: Migration = {
  id: 22,
  name: 'troubles',
  sqlite: table('INTEGER'),
  postgres: table('BIGINT'),
}
