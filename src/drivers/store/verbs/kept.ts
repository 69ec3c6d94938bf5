// The configurations that attempts began with. One is written once, before the first claim under it, and never changed:
// its hash is its name.

import { sql } from 'kysely'

import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

const insertKept = statement<{ hash: string; config: string; now: number }>(
  'insertKept',
  (_db, arg) =>
    sql`INSERT INTO kept_configs (hash, config_json, kept_at)
      VALUES (${arg('hash')}, ${arg('config')}, ${arg('now')}) ON CONFLICT DO NOTHING`,
)

/** See Store.keepConfig. */
export function* keepConfig(input: { hash: string; config: string; now: number }): Script<void> {
  yield* all(insertKept, input)
}

const selectKept = statement<
  { attemptId: number },
  { config_hash: string; config_json: string | null }
>(
  'selectKept',
  (_db, arg) =>
    sql<{ config_hash: string; config_json: string | null }>`SELECT a.config_hash, k.config_json
      FROM attempts a LEFT JOIN kept_configs k ON k.hash = a.config_hash WHERE a.id = ${arg('attemptId')}`,
)

/** See Store.configOf. */
export function* configOf(
  attemptId: number,
): Script<{ hash: string; config: string | null } | null> {
  const row = yield* first(selectKept, { attemptId })
  return row === undefined ? null : { hash: row.config_hash, config: row.config_json }
}
