// What the reconciler tells: rows it mended, and rows it could not.

import type { RowLawName, RowTable } from '../row-law.ts'

export type ReconcileFact =
  | { kind: 'row.mended'; law: RowLawName; table: RowTable; id: number; did: string; by: string }
  | { kind: 'row.quarantined'; table: string; id: number; error: string }
