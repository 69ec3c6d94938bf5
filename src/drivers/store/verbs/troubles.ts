// troubles and keepTroubles: the memory of what is acted on in vain.

import { sql } from 'kysely'

import type { Trouble, TroubleChanges } from '../contract/troubles.ts'
import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'

interface Row {
  law: string
  subject: string
  acts: number
  next_at: number
  told: number
}

const selectTroubles = statement<object, Row>(
  'selectTroubles',
  () => sql<Row>`SELECT law, subject, acts, next_at, told FROM troubles ORDER BY law, subject`,
)
const putTrouble = statement<Omit<Trouble, 'told'> & { readonly told: number }>(
  'putTrouble',
  (_db, arg) =>
    sql`INSERT INTO troubles (law, subject, acts, next_at, told)
      VALUES (${arg('law')}, ${arg('subject')}, ${arg('acts')}, ${arg('nextAt')}, ${arg('told')})
      ON CONFLICT (law, subject) DO UPDATE SET acts = excluded.acts, next_at = excluded.next_at, told = excluded.told
      WHERE excluded.acts > troubles.acts`,
)
const dropTrouble = statement<{ law: string; subject: string }>(
  'dropTrouble',
  (_db, arg) => sql`DELETE FROM troubles WHERE law = ${arg('law')} AND subject = ${arg('subject')}`,
)

/** See Store.troubles. */
export function* troubles(): Script<readonly Trouble[]> {
  const rows = yield* all(selectTroubles, {})
  return rows.map(({ law, subject, acts, next_at, told }) => {
    return { law, subject, acts: Number(acts), nextAt: Number(next_at), told: Number(told) === 1 }
  })
}

/** See Store.keepTroubles. */
export function* keepTroubles({ kept, over }: TroubleChanges): Script<void> {
  for (const { law, subject } of over) yield* all(dropTrouble, { law, subject })
  for (const one of kept) yield* all(putTrouble, { ...one, told: Number(one.told) })
}
