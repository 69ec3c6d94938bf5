// How people read what happens to effects.

import type { EffectFact } from '../../../model/facts/effects.ts'
import { quiet, type Tellings, told } from '../telling.ts'

export const effectTellings: Tellings<EffectFact['kind']> = {
  'effect.reserved': quiet((f) => `effect ${f.key} (${f.kindOf}) reserved by ${f.by}`),
  'effect.performed': told(
    'good',
    (f) => `effect ${f.key} performed${f.receipt === '' ? '' : `: ${f.receipt}`} (${f.by})`,
  ),
  'effect.failed': told('bad', (f) => `effect ${f.key} did not happen: ${f.reason} (${f.by})`),
  'effect.uncertain': told('bad', (f) => `effect ${f.key} may have happened: ${f.reason}`),
  'effect.asked': told(
    'waiting',
    (f) =>
      `effect ${f.key}: no answer whether it happened: ${f.why}${f.askAt === null ? '; a person is asked' : ''}`,
  ),
  'effect.repeated': quiet((f) => `effect ${f.key} wanted again by ${f.by}; nothing was done`),
}
