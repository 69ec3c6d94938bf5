// Law: where only verbs write, there is nothing to mend. A row that the reconciler had to repair was left broken by a verb,
// or its law accuses what is sound.

import type { Checker } from './contract.ts'

export const mended: Checker = {
  law: 'where only verbs write, no row breaks a law',
  invariants: [22],
  fact({ accuse }, { body, taskId }) {
    if (body.kind === 'row.mended')
      accuse(`${body.table} ${body.id} broke ${body.law}: ${body.did}`, taskId)
    if (body.kind === 'row.quarantined') accuse(`${body.table} ${body.id}: ${body.error}`, taskId)
  },
}
