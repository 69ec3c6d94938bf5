// The families of sentences that many tools share, in the order in which they are asked. For error channels only; a
// tool's own rows go first. What is said precisely outranks what is said vaguely.

import { argumentRows } from './families/arguments.ts'
import { codeRows } from './families/codes.ts'
import { launchRows, sessionRows } from './families/launch.ts'
import { providerRows } from './families/provider.ts'
import { runRows } from './families/session.ts'
import type { Row } from './row.ts'

export const familyRows: readonly Row[] = [
  ...argumentRows,
  ...launchRows,
  ...sessionRows,
  ...codeRows,
  ...providerRows,
  ...runRows,
]
