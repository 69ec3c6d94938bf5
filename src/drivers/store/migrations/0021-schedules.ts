// Schedules as the fleet knows them, and their newest firings: one row per due time, so that none fires twice.

import type { Migration } from './contract.ts'

const tables = (int: string): string[] => [
  `CREATE TABLE schedules (name TEXT PRIMARY KEY, spec TEXT NOT NULL, host TEXT NOT NULL, upto ${int} NOT NULL,
    next_at ${int}, fired ${int} NOT NULL, missed ${int} NOT NULL, last_fired_at ${int}, last_task_id ${int},
    refused TEXT)`,
  `CREATE TABLE schedule_firings (schedule TEXT NOT NULL, due_at ${int} NOT NULL, fired_at ${int} NOT NULL,
    host TEXT NOT NULL, task_id ${int}, deduped ${int} NOT NULL, refused TEXT, PRIMARY KEY (schedule, due_at))`,
]

export const schedules: Migration = {
  id: 21,
  name: 'schedules',
  sqlite: tables('INTEGER'),
  postgres: tables('BIGINT'),
}
