// Reserves an effect. The same parameters make the same hash however they are written down, and two callers who mean the
// same come to the same row; what differs is refused with both hashes.

import { hashOf } from '../../base/ids.ts'
import type { EffectCheck, EffectHolder, EffectParams } from '../../model/effect.ts'
import type { Reserved } from '../../drivers/store/contract/effects.ts'
import type { EffectDeps } from './deps.ts'

export interface EffectWant {
  readonly key: string
  readonly kind: string
  /** What it is, as far as that is needed to make, to ask about or to show it. */
  readonly params: EffectParams
  /** What its identity is made of, where that is more or less than `params`. */
  readonly identity?: EffectParams
  readonly check: EffectCheck | null
  readonly holder: EffectHolder
  /** How long it may take. */
  readonly timeoutMs: number
  /** The same under another key is refused for so long; null for kinds that may repeat. */
  readonly noTwinMs: number | null
  readonly by: string
}

export function reserve({ store, clock }: EffectDeps, want: EffectWant): Promise<Reserved> {
  const now = clock.now()
  const { key, kind, params, check, holder, by } = want
  return store.reserveEffect({
    key,
    kind,
    paramsHash: paramsHash(want.identity ?? params),
    params,
    check,
    holder,
    until: now + want.timeoutMs,
    noTwinSince: want.noTwinMs === null ? null : now - want.noTwinMs,
    by,
    now,
  })
}

/** SHA-256 over the canonical JSON: keys sorted, nothing but data. */
export const paramsHash = (params: EffectParams): string => hashOf(canonical(params))

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${entries.join(',')}}`
}
