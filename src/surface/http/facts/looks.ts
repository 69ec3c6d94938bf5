// What each mechanism came to, minute by minute, over the last hour: differences of the totals that the store keeps, for the
// small curves of the page. Kept in memory alone, so after a restart it begins anew; its size is bounded.

import type { MechanismState } from '../../../model/mechanism.ts'

export const lookEveryMs = 60_000
const looksMax = 61

/** What one mechanism of one host came to in each step, oldest first. */
export interface Steps {
  readonly name: string
  readonly host: string
  readonly fired: readonly number[]
  readonly had: readonly number[]
  readonly moved: readonly number[]
}

export interface Looks {
  keep(all: readonly MechanismState[]): void
  /** What came between the looks that were kept, and until `now` since the last of them. */
  steps(now: readonly MechanismState[]): readonly Steps[]
}

export function createLooks(): Looks {
  const kept: ReadonlyMap<string, MechanismState>[] = []
  return {
    keep(all) {
      kept.push(byKey(all))
      if (kept.length > looksMax) kept.shift()
    },
    steps(now) {
      const looks = [...kept, byKey(now)].slice(-looksMax)
      return now.map((one) => {
        const mine = looks.map((look) => look.get(keyOf(one)))
        const between = (of: (state: MechanismState) => number) =>
          mine.slice(1).map((state, i) => grown(mine[i], state, of))
        const { name, host } = one
        return {
          name,
          host,
          fired: between(({ fired }) => fired),
          had: between(({ had }) => had),
          moved: between(({ moved }) => moved),
        }
      })
    },
  }
}

const keyOf = ({ name, host }: MechanismState): string => `${name} ${host}`
const byKey = (all: readonly MechanismState[]) => new Map(all.map((one) => [keyOf(one), one]))

/** One that was not known before has come to nothing yet: its total may be of many days. */
const grown = (
  before: MechanismState | undefined,
  after: MechanismState | undefined,
  of: (state: MechanismState) => number,
): number => (before && after ? Math.max(0, of(after) - of(before)) : 0)
