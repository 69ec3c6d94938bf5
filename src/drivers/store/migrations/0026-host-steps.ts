// Which schema the daemon of each host knows, so that no step is taken that a living one could not go on after.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [`ALTER TABLE hosts ADD COLUMN schema_step ${int}`]

export const hostSteps: Migration = {
  id: 26,
  name: 'host-steps',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
