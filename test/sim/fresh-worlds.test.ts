// The first fifty fresh worlds (`fresh.ts`).

import { playFresh } from './fresh.ts'

playFresh('first')
