// Law: what goes wrong in the world never looks like a mistake of ours. Daemons report errors; only those of the world are
// allowed. The errors come in by `onFailure` of the daemons; nothing is judged here, the law only has its name.

import type { Checker } from './contract.ts'

export const errors: Checker = {
  law: 'no assertion breaks and no error escapes',
  invariants: [],
}
