// How statements are worded for SQLite: planned once, with partial indexes in reach.

import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

import { plannable } from '../../../src/drivers/store/plannable.ts'

const argument = Symbol('argument')
const isArgument = (slot: unknown) => slot === argument

test('constants stand in the text, arguments stay, a limit is hidden from the planner', () => {
  const text = 'SELECT a FROM t WHERE b = ? AND c = ? AND d IS ? AND n > ? LIMIT ?'
  expect(plannable(text, ["it's", argument, null, 7, argument], isArgument)).toEqual({
    sql: "SELECT a FROM t WHERE b = 'it''s' AND c = ? AND d IS NULL AND n > 7 LIMIT CAST(? AS INTEGER)",
    slots: [argument, argument],
  })
})

test('a question mark that is no parameter is a mistake, and told', () => {
  expect(() => plannable("SELECT '?' WHERE a = ?", [argument], isArgument)).toThrow(/question mark/)
})

test('a partial index is found by a constant, and not by a bound value', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT, host TEXT)')
  db.exec("CREATE INDEX open ON t (host) WHERE state <> 'ended'")
  const planOf = (sql: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail']))
      .join()
  const text = 'SELECT id FROM t WHERE host = ? AND state <> ?'
  expect(planOf(text)).not.toContain('INDEX open')
  expect(planOf(plannable(text, [argument, 'ended'], isArgument).sql)).toContain('INDEX open')
  db.close()
})
