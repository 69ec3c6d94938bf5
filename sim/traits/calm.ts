// Tasks that wait for a calm machine: the simulated night, unless its host is loud.

import type { Trait } from './contract.ts'

export const calm: Trait = {
  name: 'calm',
  draw: (chance) => (chance.happens(0.06) ? 'night' : undefined),
  want: (want, drawn) => ({ ...want, calm: String(drawn) }),
}
