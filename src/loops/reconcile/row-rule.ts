// A rule about rows: the store has found those that break the law among the rows of the pass, and mends each by itself.

import { type RowLawName, type RowTable, subjectOfRow } from '../../model/row-law.ts'
import type { Rule } from './law.ts'

export function rowRule(name: RowLawName, table: RowTable, law: string): Rule {
  return {
    name,
    law,
    rows: table,
    async find({ store, broken, clock, by, duty }) {
      const its = (await broken()).filter((row) => row.law === name)
      return its.map(({ id, what }) => ({
        subject: subjectOfRow(table, id),
        what,
        mend: async () => {
          const under = duty === undefined ? {} : { duty }
          return (await store.mend({ law: name, id, by, ...under, now: clock.now() })).did
        },
      }))
    },
  }
}
