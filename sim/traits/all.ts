// Every trait. A room that brings one adds its row.

import { asks } from './asks.ts'
import { calm } from './calm.ts'
import type { Trait } from './contract.ts'
import { effects } from './effects.ts'
import { keyed } from './keyed.ts'
import { labelled } from './labelled.ts'
import { locked } from './locked.ts'
import { reviewed } from './reviewed.ts'
import { waits } from './waits.ts'

export const traits: readonly Trait[] = [
  labelled,
  effects,
  calm,
  locked,
  waits,
  asks,
  keyed,
  reviewed,
]
