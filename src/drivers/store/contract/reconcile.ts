// What the reconciler asks: which rows changed, which of them break a law, and their repair. A law looks only at the rows
// it is asked about, so that a pass costs what changed and not what there is.

import type { DutyTerm } from '../../../model/duty.ts'
import type { RowLawName, RowTable } from '../../../model/row-law.ts'

export interface BrokenRow {
  readonly law: RowLawName
  readonly id: number
  /** What is wrong with it, as a sentence without its subject. */
  readonly what: string
}

export interface RowIds {
  readonly tasks: readonly number[]
  readonly attempts: readonly number[]
}

export interface ReconcileVerbs {
  /** Which of these rows break which law, by the laws' order. One that cannot be read is found, too. */
  broken(input: { rows: RowIds; now: number }): Promise<readonly BrokenRow[]>
  /**
   * Repairs one row, if it breaks the law when looked at again, and records it as a fact. `did` says what was done; null
   * when there was nothing to do. Throws when the row cannot be repaired; nothing is changed then.
   */
  mend(input: {
    law: RowLawName
    id: number
    by: string
    /** By duty: nothing is done under a term that is over. */
    duty?: DutyTerm
    now: number
  }): Promise<{ did: string | null }>
  /**
   * Rows that facts after `after` are about, at most `limit` facts, the newest ones, with those that wait for one of them;
   * and the newest fact's id.
   */
  changedRows(input: { after: number; limit: number }): Promise<RowIds & { readonly to: number }>
  /**
   * Rows to look at although nothing told of them: the next unsettled tasks after that id, those at the head of each
   * line, and unended attempts. `next` is where to go on, 0 to begin anew.
   */
  patrol(input: { after: number; limit: number }): Promise<RowIds & { readonly next: number }>
  /** Ids of all rows of a table after that one, in their order. */
  rowsAfter(input: { table: RowTable; after: number; limit: number }): Promise<readonly number[]>
  /** Live holds whose task is not there, oldest first, at most `limit`. */
  orphanedHolds(
    limit: number,
  ): Promise<readonly { readonly holdId: number; readonly taskId: number }[]>
  /** Ends such a hold and records it. False when it is over, or its task is there. */
  endOrphanedHold(input: { holdId: number; by: string; now: number }): Promise<{ ended: boolean }>
}
