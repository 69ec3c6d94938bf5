// One-time links: a code that signs one browser in, once, within two minutes. Codes live in memory, as hashes, few at a
// time; the page hands the code over from the fragment, which neither logs nor other sites ever see.

import type { Clock } from '../../../base/clock.ts'
import { hashOf } from '../../../base/ids.ts'
import type { Random } from '../../../base/random.ts'

export interface Ticket {
  readonly role: 'viewer' | 'operator'
  readonly by: string
}

export interface Links {
  make(ticket: Ticket): { readonly code: string; readonly expiresAt: number }
  /** Whom the code is for; null when there is no such code, or no more. */
  take(code: string): Ticket | null
}

const livesMs = 120_000
const most = 100

export function createLinks(clock: Clock, random: Random): Links {
  const known = new Map<string, Ticket & { readonly until: number }>()
  const forget = () => {
    const now = clock.monotonicMs()
    for (const [hash, { until }] of known) if (until <= now || known.size > most) known.delete(hash)
  }
  return {
    make(ticket) {
      const code = random.hex(24)
      known.set(hashOf(code), { ...ticket, until: clock.monotonicMs() + livesMs })
      forget()
      return { code, expiresAt: clock.now() + livesMs }
    },
    take(code) {
      forget()
      const hash = hashOf(code)
      const found = known.get(hash) ?? null
      known.delete(hash)
      return found && { role: found.role, by: found.by }
    },
  }
}
