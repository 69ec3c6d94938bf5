// What a host says of itself with its pulse: how many attempts it bears, and what it is good for.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `ALTER TABLE hosts ADD COLUMN slots ${int}`,
  `ALTER TABLE hosts ADD COLUMN labels_json TEXT NOT NULL DEFAULT '[]'`,
]

export const hosts: Migration = {
  id: 9,
  name: 'hosts',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
