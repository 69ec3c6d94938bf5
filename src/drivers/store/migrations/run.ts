// What migrating means, whatever the database: which steps are due, and which databases are refused. Each step is one
// transaction, so an interrupted migration leaves the step before it, and the next start goes on from there. Hosts of
// different versions share a database as long as every step that the older one does not know says that it may.

import { failed, refused } from '../../../base/errors.ts'
import type { Migration } from './contract.ts'
import { migrations } from './list.ts'

/** The schema of a database: its steps, and the oldest step whose Midwatch may still work with it. */
export interface Applied {
  readonly steps: readonly number[]
  /** Null where no step ever said so: then only who knows all of them may. */
  readonly oldest: number | null
}

/** The key in `meta` under which lies who may still work, and after which step that was so. */
export const oldestKey = 'oldest_step'

export const oldestText = (step: number, oldest: number): string => `${oldest} after ${step}`

/** The oldest step of such a text; null where it says none. */
export function oldestIn(said: unknown): number | null {
  const oldest = /^(\d+) after \d+$/.exec(String(said ?? ''))?.[1]
  return oldest === undefined ? null : Number(oldest)
}

/** What a database says of itself. A word that is not about its newest step says nothing. */
export function appliedOf(steps: readonly number[], said: unknown): Applied {
  const after = /^\d+ after (\d+)$/.exec(String(said ?? ''))?.[1]
  const isNewest = after !== undefined && Number(after) === steps.at(-1)
  return { steps, oldest: isNewest ? oldestIn(said) : null }
}

/** The newest step that a Midwatch with these migrations knows. */
export const newestKnown = (known: readonly Migration[] = migrations): number =>
  Math.max(...known.map(({ id }) => id))

/** The oldest step that may go on once `step` is applied to a database of `oldest`. */
export const oldestAfter = ({ id, worksWith = id }: Migration, oldest: number | null): number =>
  Math.max(worksWith, oldest ?? 0)

/** The steps still to be applied. Throws when a Midwatch wrote this database that is too new for this one. */
export function dueMigrations(
  { steps, oldest }: Applied,
  known: readonly Migration[] = migrations,
): readonly Migration[] {
  const ids = new Set(known.map((migration) => migration.id))
  const foreign = steps.filter((id) => !ids.has(id))
  if (foreign.length > 0 && (oldest === null || oldest > newestKnown(known)))
    throw tooOld(Math.max(...foreign), newestKnown(known), oldest)
  return known.filter((migration) => !steps.includes(migration.id))
}

/** What a Midwatch that is too old for its database says. */
export const tooOld = (has: number, knows: number, oldest: number | null) =>
  refused(
    'store.newer',
    `this database was written by a newer Midwatch (it has migration ${has}, this one knows up to ${knows}${
      oldest === null ? '' : `, and only those that know ${oldest} may work with it`
    })`,
    'install that version of midwatch again, or a newer one',
  )

/** What is said of a step that the database itself refused: it holds something that no Midwatch left there. */
export const stepRefused = ({ id, name }: Migration, error: Error) =>
  failed(
    'store.migration',
    `migration ${id} (${name}) could not be applied: ${error.message}`,
    'nothing was changed by it; restore a backup, for this database holds what no step before left there',
    error,
  )
