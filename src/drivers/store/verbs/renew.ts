// renew: a host prolongs the leases of all that it has under way, in one statement; rows are locked in their order.

import { all, type Script } from '../script.ts'
import { statement } from '../statement.ts'
import { underWay } from './under-way.ts'

const renewLeases = statement<{ host: string; until: number }, { id: number }>(
  'renewLeases',
  (db, arg, dialect) => {
    const own = db
      .selectFrom('attempts')
      .select('id')
      .where('host', '=', arg('host'))
      .where(underWay(dialect))
    const locked = dialect === 'postgres' ? own.orderBy('id').forUpdate() : own
    return db
      .updateTable('attempts')
      .set({ lease_until: arg('until') })
      .where('id', 'in', locked)
      .returning('id')
  },
)

/** See Store.renew. */
export function* renew(input: { host: string; leaseUntil: number }): Script<{ renewed: number }> {
  const rows = yield* all(renewLeases, { host: input.host, until: input.leaseUntil })
  return { renewed: rows.length }
}
