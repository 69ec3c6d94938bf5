// Judges samples. A bench on a shared machine believes medians of interleaved rounds, and ratios within one run.

import { assert, present } from '../../src/base/assert.ts'

/** The middle one; of an even number the lower of the two. */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** The sample below which a share of `at` (0 to 1) of them lies. */
export function quantile(samples: readonly number[], at: number): number {
  assert(samples.length > 0, 'there is a sample')
  const sorted = samples.toSorted((a, b) => a - b)
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(at * sorted.length) - 1))
  return present(sorted[index], 'a quantile lies within the samples')
}
