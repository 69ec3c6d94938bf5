// What was reopened past the guards is ended again as it was.

import { rowRule } from '../row-rule.ts'

export const endedStays = rowRule('ended-stays', 'attempts', 'an attempt that was ended is ended')
