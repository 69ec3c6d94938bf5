// By how much the clock of each host is away from the store's, as its dispatcher told with its newest pulse.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [`ALTER TABLE hosts ADD COLUMN behind_ms ${int}`]

export const hostClocks: Migration = {
  id: 29,
  name: 'host-clocks',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
