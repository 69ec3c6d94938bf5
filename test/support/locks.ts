// What a refusal about a lock or work key has to say.

import { expect } from 'vitest'

import type { Fenced } from '../../src/model/refusal.ts'

/** Every word stands in the sentence or in what to do. */
export function isHeld(result: Fenced<unknown>, words: readonly string[]): void {
  if (result.ok) throw new Error('it was not refused')
  const { sentence, release } = result.refusal
  for (const word of words) expect(`${sentence} → ${release}`).toContain(word)
}
