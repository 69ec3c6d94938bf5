// Every law about rows asked in one statement: against a database at the other end of a wire the way there and back is the
// price of a question, and a dozen laws were a dozen ways.

import { type RawBuilder, sql } from 'kysely'

import { assert } from '../../../../base/assert.ts'
import { type RowLawName, rowLawNames } from '../../../../model/row-law.ts'
import { type Statement, statement } from '../../statement.ts'
import { rowLaws } from './list.ts'

interface Asked {
  readonly tasks: string
  readonly attempts: string
  readonly now: number
}

interface Found {
  readonly place: number
  readonly id: number
  readonly what: string
}

/** Those that break a law among the rows whose ids are handed in (JSON arrays); `place` is the law's in their order. */
export const findBroken: Statement<Asked, Found> = statement(
  'findBroken',
  (db, arg, dialect) =>
    sql<Found>`${sql.join(
      rowLawNames.map((name, place) => {
        const { table, find } = rowLaws[name]
        const found = find.build(db, (of) => arg(of === 'ids' ? table : of) as never, dialect)
        assert(found !== null && 'toOperationNode' in found, 'a law is asked of both databases')
        return sql`SELECT ${sql.lit(place)} AS place, id, what FROM (${found as RawBuilder<unknown>}) AS l${sql.raw(`${place}`)}`
      }),
      sql` UNION ALL `,
    )}`,
)

/** The law at this place of their order. */
export function lawAt(place: number): RowLawName {
  const name = rowLawNames[place]
  assert(name !== undefined, 'a law is found at its own place')
  return name
}
