// What persons chose among accounts.

import type { Migration } from './contract.ts'

const table = (int: string): string =>
  `CREATE TABLE choices (agent TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,
    since ${int} NOT NULL, until ${int} NOT NULL)`

export const choices: Migration = {
  id: 7,
  name: 'choices',
  sqlite: [table('INTEGER')],
  postgres: [table('BIGINT')],
}
