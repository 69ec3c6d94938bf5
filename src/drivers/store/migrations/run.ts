// What migrating means, whatever the database: which steps are due, and which databases are refused. Each step is one
// transaction, so an interrupted migration leaves the step before it, and the next start goes on from there.

import { refused } from '../../../base/errors.ts'
import type { Migration } from './contract.ts'
import { migrations } from './list.ts'

/** The steps still to be applied. Throws when a newer Midwatch wrote this database. */
export function dueMigrations(applied: readonly number[]): readonly Migration[] {
  const known = new Set(migrations.map((migration) => migration.id))
  const foreign = applied.filter((id) => !known.has(id))
  if (foreign.length > 0)
    throw refused(
      'store.newer',
      `this database was written by a newer Midwatch (it has migration ${Math.max(...foreign)}, this one knows up to ${Math.max(...known)})`,
      'install that version of midwatch again, or a newer one',
    )
  return migrations.filter((migration) => !applied.includes(migration.id))
}
