// Tasks that wait for what somebody looks at: a check that is met one day, a question that a person answers or that is
// decided in time, a lock, a work key.

import type { Release } from '../../src/model/hold.ts'
import type { Chance } from '../chance.ts'
import type { Trait } from './contract.ts'

type Draw = (chance: Chance, atMs: number) => Release

const draws: readonly Draw[] = [
  (chance, atMs) => {
    const reachedMs = Math.floor(atMs + chance.about(2 * 3_600_000))
    const probe = { look: 'command' as const, command: `reached ${reachedMs}`, cwd: '/work' }
    return { kind: 'check', probe, everyMs: 300_000, timeoutMs: 30_000 }
  },
  (chance, atMs) => ({
    kind: 'person',
    question: 'may it?',
    told: 'ann',
    remindMs: 3_600_000,
    decide: {
      at: Math.floor(atMs + chance.about(3 * 3_600_000)),
      how: chance.happens(0.7) ? 'release' : 'cancel',
    },
  }),
  () => ({ kind: 'lock', name: 'db' }),
  () => ({ kind: 'work', key: 'report' }),
]

export const waits: Trait = {
  name: 'waits',
  draw: (chance, atMs) => (chance.happens(0.1) ? chance.pick(draws)(chance, atMs) : undefined),
  want: (want, drawn) => ({ ...want, holds: [...(want.holds ?? []), drawn as Release] }),
}
