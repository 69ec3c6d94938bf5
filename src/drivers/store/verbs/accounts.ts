// chooseAccount, unchooseAccount and choices: what persons chose among accounts. A choice whose time is over counts for
// nothing and is overwritten by the next.

import { sql } from 'kysely'

import type { AccountChoice } from '../../../model/account.ts'
import type { ChoicesTable } from '../schema.ts'
import { all, changed, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { record } from './facts.ts'

const putChoice = statement<{
  agent: string
  account: string
  by: string
  reason: string
  since: number
  until: number
}>(
  'putChoice',
  (_db, arg) =>
    sql`INSERT INTO choices (agent, account, by, reason, since, until)
      VALUES (${arg('agent')}, ${arg('account')}, ${arg('by')}, ${arg('reason')}, ${arg('since')}, ${arg('until')})
      ON CONFLICT (agent) DO UPDATE SET account = excluded.account, by = excluded.by, reason = excluded.reason,
        since = excluded.since, until = excluded.until`,
)
const dropChoice = statement<{ agent: string; now: number }, { agent: string }>(
  'dropChoice',
  (_db, arg) =>
    sql<{
      agent: string
    }>`DELETE FROM choices WHERE agent = ${arg('agent')} AND until > ${arg('now')}
      RETURNING agent`,
)
const selectChoices = statement<object, ChoicesTable>('selectChoices', (db) =>
  db.selectFrom('choices').selectAll().orderBy('agent'),
)

/** See Store.chooseAccount. */
export function* chooseAccount(
  input: Omit<AccountChoice, 'since'> & { now: number },
): Script<void> {
  const { agent, account, by, reason, until, now } = input
  yield* all(putChoice, { agent, account, by, reason, since: now, until })
  yield* record(now, {}, { kind: 'account.chosen', agent, account, by, reason, until })
}

/** See Store.unchooseAccount. */
export function* unchooseAccount(input: {
  agent: string
  by: string
  now: number
}): Script<{ was: boolean }> {
  const { agent, by, now } = input
  const was = yield* changed(dropChoice, { agent, now })
  if (was) yield* record(now, {}, { kind: 'account.unchosen', agent, by })
  return { was }
}

/** Every choice, those whose time is over as well. See Store.choices. */
export function* choices(): Script<readonly AccountChoice[]> {
  return yield* all(selectChoices, {})
}
