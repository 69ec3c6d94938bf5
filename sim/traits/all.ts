// Every trait. A room that brings one adds its row.

import type { Trait } from './contract.ts'
import { effects } from './effects.ts'
import { labelled } from './labelled.ts'

export const traits: readonly Trait[] = [labelled, effects]
