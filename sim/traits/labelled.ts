// Tasks with labels: they say nothing to any agent here, and travel with the task; of some so many run at a time.

import type { PlannedTask } from '../planned.ts'
import type { Trait } from './contract.ts'

export const labelled: Trait = {
  name: 'labelled',
  draw: (chance) => (chance.happens(0.1) ? chance.pick(['docs', 'tests', 'night']) : undefined),
  want: (want, drawn) => ({ ...want, labels: [...want.labels, String(drawn)] }),
}

/** The labels of the task that was wanted so. */
export const labelsOf = ({ traits }: Pick<PlannedTask, 'traits'>): readonly string[] =>
  traits['labelled'] === undefined ? [] : [String(traits['labelled'])]
