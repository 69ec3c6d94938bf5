// Brings a SQLite file to the newest schema, one transaction per step.

import type { DatabaseSync } from 'node:sqlite'

import type { Migration } from '../migrations/contract.ts'
import {
  type Applied,
  appliedOf,
  dueMigrations,
  oldestAfter,
  oldestKey,
  oldestText,
  stepRefused,
} from '../migrations/run.ts'
import { isRefusedStatement } from './errors.ts'

/**
 * Applies what is due. `newFleetId` is asked only for a database that has none: chance is dear to load. Throws
 * OperatingError `store.newer` for a database of a newer Midwatch.
 */
export function migrateSqlite(db: DatabaseSync, now: number, newFleetId: () => string): void {
  if (dueMigrations(applied(db)).length === 0) return
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec('CREATE TABLE IF NOT EXISTS meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)')
    db.exec(
      'CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)',
    )
    db.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(
      'fleet_id',
      newFleetId(),
    )
    db.exec('COMMIT')
    // Another process may have migrated while we waited for the lock: look again inside each transaction.
    for (let due = dueMigrations(applied(db)); due.length > 0; due = dueMigrations(applied(db))) {
      db.exec('BEGIN IMMEDIATE')
      const step = dueMigrations(applied(db))[0]
      if (step !== undefined) {
        apply(db, step)
        db.prepare('INSERT INTO migrations (id, name, applied_at) VALUES (?, ?, ?)').run(
          step.id,
          step.name,
          now,
        )
        const oldest = oldestAfter(step, applied(db).oldest)
        db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(
          oldestKey,
          oldestText(step.id, oldest),
        )
      }
      db.exec('COMMIT')
    }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function apply(db: DatabaseSync, step: Migration): void {
  try {
    for (const statement of step.sqlite) db.exec(statement)
  } catch (error) {
    throw error instanceof Error && isRefusedStatement(error) ? stepRefused(step, error) : error
  }
}

function applied(db: DatabaseSync): Applied {
  const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").get()
  if (table === undefined) return { steps: [], oldest: null }
  const rows = db.prepare('SELECT id FROM migrations ORDER BY id').all()
  const said = db.prepare('SELECT value FROM meta WHERE key = ?').get(oldestKey)
  const steps = rows.map((row) => Number(row['id']))
  return appliedOf(steps, said?.['value'])
}
