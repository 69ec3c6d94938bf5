// What a run of a world broke, for tests that want nothing broken.

import type { RunReport } from '../../sim/run.ts'

/** What was broken, as sentences that name their seed. */
export const broken = ({ plan, violations }: RunReport): string[] =>
  violations.map(({ law, sentence }) => `seed ${plan.options.seed} broke "${law}": ${sentence}`)
