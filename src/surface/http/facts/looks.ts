// What each mechanism came to, minute by minute, over the last hour: differences of the totals that the store keeps, for the
// small curves of the page. Kept in memory alone, so after a restart it begins anew; its size is bounded.

import type { MechanismState } from '../../../model/mechanism.ts'
import type { Seen } from './fired.ts'

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
  /** Null where nobody could look. */
  keep(all: readonly MechanismState[] | null, at: number): void
  /** What came between the looks that were kept, and until `now` since the last of them. */
  steps(now: readonly MechanismState[]): readonly Steps[]
  /** Firings of all of them, from each look to the next, and until now. */
  seen(now: readonly MechanismState[], at: number): readonly Seen[]
}

export function createLooks(): Looks {
  const kept: { readonly look: Look | null; readonly at: number }[] = []
  return {
    keep(all, at) {
      kept.push({ look: all && byKey(all), at })
      if (kept.length > looksMax) kept.shift()
    },
    seen(now, at) {
      const looks = [...kept.filter(({ look }) => look !== null), { look: byKey(now), at }]
      return looks.slice(1).map(({ look, at: to }, i): Seen => {
        const before = looks[i]
        const grew = [...(look?.keys() ?? [])].map((key) =>
          grown(before?.look ?? null, look, key, ({ fired }) => fired),
        )
        return { from: before?.at ?? to, to, fired: grew.reduce((sum, n) => sum + n, 0) }
      })
    },
    steps(now) {
      const looks = [...kept.map(({ look }) => look), byKey(now)].slice(-looksMax)
      return now.map((one) => {
        const between = (of: (state: MechanismState) => number) =>
          looks.slice(1).map((look, i) => grown(looks[i] ?? null, look, keyOf(one), of))
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

type Look = ReadonlyMap<string, MechanismState>
const keyOf = ({ name, host }: MechanismState): string => `${name} ${host}`
const byKey = (all: readonly MechanismState[]): Look => new Map(all.map((one) => [keyOf(one), one]))

/** What a total grew by from one look to the next; nothing where one of them was not taken: it may be of many days. */
function grown(
  before: Look | null,
  after: Look | null,
  key: string,
  of: (state: MechanismState) => number,
): number {
  const state = after?.get(key)
  if (before === null || state === undefined) return 0
  const known = before.get(key)
  return Math.max(0, of(state) - (known === undefined ? 0 : of(known)))
}
