// No attempt is out of its lease for long: its host renews it, or another one records the loss. Silent for days and still
// holding its claim was somebody's outage (incident 21). The date of a lease is its host's, and the clock of who looks may
// be another one: the loop accuses only what it saw stand still itself. A single look has nothing but the dates.

import type { Invariant } from '../law.ts'

/** In leases with their grace: time for another host to have watched one of them through, twice over. */
const patience = 4

export const leaseIsKept: Invariant = {
  name: 'lease-is-kept',
  law: 'an attempt whose lease ran out is lost, or its host renews it',
  repair: 'the dispatcher of its host, by `midwatch up` there; or that of any other host',
  async accuse({ store, limits, now, standing }) {
    const spanMs = limits.leaseMs + limits.leaseGraceMs
    const outMs = patience * spanMs
    const open = (await store.unended(null)).map(({ id, host, leaseUntil }) => {
      return { subject: `attempt ${id}`, host, leaseUntil }
    })
    const marks = new Map(open.map(({ subject, leaseUntil }) => [subject, leaseUntil]))
    const still = standing?.(marks, outMs)
    return open
      .filter(({ leaseUntil }) => leaseUntil + outMs < now)
      .filter(({ subject }) => (still?.get(subject) ?? spanMs) >= spanMs)
      .map(({ subject, host, leaseUntil }) => ({
        subject,
        what: `host ${host} has not renewed its lease for ${Math.round((now - leaseUntil) / 60_000)} min`,
      }))
  },
}
