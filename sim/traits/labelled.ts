// Tasks with labels: they say nothing to any agent here, and travel with the task.

import type { Trait } from './contract.ts'

export const labelled: Trait = {
  name: 'labelled',
  draw: (chance) => (chance.happens(0.1) ? chance.pick(['docs', 'tests', 'night']) : undefined),
  want: (want, drawn) => ({ ...want, labels: [...want.labels, String(drawn)] }),
}
