// The ledger's verbs over an executor: a page of its own beside assemble.ts.

import type { EffectVerbs } from './contract/effects.ts'
import type { Executor } from './script.ts'
import * as reading from './verbs/effect-reading.ts'
import { reserveEffect } from './verbs/effect-reserve.ts'
import * as verbs from './verbs/effects.ts'

export const effectVerbs = ({ write, read }: Executor): EffectVerbs => ({
  reserveEffect: (input) => write(() => reserveEffect(input)),
  performEffect: (input) => write(() => verbs.performEffect(input)),
  failEffect: (input) => write(() => verbs.failEffect(input)),
  doubtEffect: (input) => write(() => verbs.doubtEffect(input)),
  effectUnanswered: (input) => write(() => verbs.effectUnanswered(input)),
  effect: (key) => read(() => reading.effect(key)),
  effects: (filter) => read(() => reading.effects(filter)),
  openEffects: async (input) =>
    (await read(reading.anyOpenEffect, 'anyOpenEffect'))
      ? await read(() => reading.openEffects(input))
      : [],
  pruneEffects: (input) => write(() => reading.pruneEffects(input)),
})
