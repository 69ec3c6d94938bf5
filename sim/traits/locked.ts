// Tasks whose claim takes a lock along, so that of all attempts under it one runs at a time.

import type { Trait } from './contract.ts'

export const locked: Trait = {
  name: 'locked',
  draw: (chance) => (chance.happens(0.08) ? 'db' : undefined),
  want: (want, drawn) => ({ ...want, locks: [String(drawn)] }),
}
