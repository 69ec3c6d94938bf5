// What was spent by the quarter of an hour, so that the sum of a month costs its quarters and not its attempts; and so that
// what is pruned stays spent. The zones of today begin their days at quarters.

import type { Migration } from './contract.ts'

const table = (int: string, real: string, roomy: string): string =>
  `CREATE TABLE spending (account TEXT NOT NULL, quarter ${int} NOT NULL, usd ${real} NOT NULL,
    tokens ${int} NOT NULL, PRIMARY KEY (account, quarter))${roomy}`

/** What the attempts of before used: each under no account, for the fleet, and under each of its accounts. */
const sqliteNumber = (name: string) =>
  `coalesce(CASE WHEN json_valid(a.usage_json) THEN json_extract(a.usage_json, '$.${name}') END, 0)`
const postgresNumber = (name: string) =>
  `coalesce(CASE WHEN midwatch_is_json(a.usage_json) THEN (a.usage_json::json ->> '${name}')::float8 END, 0)`

const fill = (of: (name: string) => string, account: string, more: string, where: string) =>
  `INSERT INTO spending (account, quarter, usd, tokens)
    SELECT ${account}, a.claimed_at / 900000, sum(${of('costUsd')}),
      CAST(sum(${of('inputTokens')} + ${of('outputTokens')}) AS BIGINT)
    FROM attempts a ${more} WHERE a.usage_json IS NOT NULL ${where} GROUP BY 1, 2`

export const spending: Migration = {
  id: 27,
  name: 'spending',
  sqlite: [
    table('INTEGER', 'REAL', ''),
    fill(sqliteNumber, "''", '', ''),
    fill(
      sqliteNumber,
      'substr(k.value, 9)',
      "JOIN json_each(CASE WHEN json_valid(a.lanes_json) THEN a.lanes_json ELSE '[]' END) k",
      "AND k.value LIKE 'account:%'",
    ),
  ],
  postgres: [
    table('BIGINT', 'DOUBLE PRECISION', ' WITH (fillfactor = 70)'),
    fill(postgresNumber, "''", '', ''),
    fill(
      postgresNumber,
      'substr(k.value, 9)',
      "CROSS JOIN LATERAL json_array_elements_text(CASE WHEN midwatch_is_json(a.lanes_json) AND a.lanes_json LIKE '[%' THEN a.lanes_json::json ELSE '[]'::json END) AS k(value)",
      "AND k.value LIKE 'account:%'",
    ),
  ],
}
