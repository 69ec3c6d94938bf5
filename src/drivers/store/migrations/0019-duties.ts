// Which host does what only one may do. A duty that was laid down keeps its row, so that its term never begins anew.

import type { Migration } from './contract.ts'

const tables = (int: string, roomy: string): string[] => [
  `CREATE TABLE duties (
    name TEXT NOT NULL PRIMARY KEY, host TEXT, pid ${int} NOT NULL, term ${int} NOT NULL,
    since ${int} NOT NULL, until ${int} NOT NULL)${roomy}`,
]

export const duties: Migration = {
  id: 19,
  name: 'duties',
  sqlite: tables('INTEGER', ''),
  postgres: tables('BIGINT', ' WITH (fillfactor = 70)'),
}
