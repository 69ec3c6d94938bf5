// The second fifty fresh worlds (`fresh.ts`).

import { playFresh } from './fresh.ts'

playFresh('second')
