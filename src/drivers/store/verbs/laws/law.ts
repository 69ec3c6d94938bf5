// What a law about rows is in the store: one statement that finds, among rows it is handed, those that break it; and one
// script that looks again, under the row's lock, and repairs. A repair that finds nothing to do answers null.

import type { RowTable } from '../../../../model/row-law.ts'
import type { Script } from '../../script.ts'
import type { Statement } from '../../statement.ts'

export interface RowLaw {
  readonly table: RowTable
  /** `ids` is a JSON array; `now` is for what may be so for a moment. */
  readonly find: Statement<{ ids: string; now: number }, { id: number; what: string }>
  /** Answers what was done, as a sentence without its subject; null when the row keeps the law by now. */
  readonly mend: (input: { id: number; now: number }) => Script<string | null>
}
