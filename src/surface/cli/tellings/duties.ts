// The sentence of what happens to duties.

import type { DutyFact } from '../../../model/facts/duties.ts'
import { quiet, type Tellings } from '../telling.ts'

export const dutyTellings: Tellings<DutyFact['kind']> = {
  'duty.moved': quiet((f) => `${f.host} does the duty ${f.duty} from now on, and not ${f.from}`),
}
