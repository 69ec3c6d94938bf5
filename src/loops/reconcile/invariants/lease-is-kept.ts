// No attempt is out of its lease for long: its host renews it, or another one records the loss. Silent for days and still
// holding its claim was somebody's outage (incident 21).

import type { Invariant } from '../law.ts'

/** In leases with their grace: time for another host to have watched one of them through, twice over. */
const patience = 4

export const leaseIsKept: Invariant = {
  name: 'lease-is-kept',
  law: 'an attempt whose lease ran out is lost, or its host renews it',
  repair: 'the dispatcher of its host, by `midwatch up` there; or that of any other host',
  async accuse({ store, limits, now }) {
    const outMs = patience * (limits.leaseMs + limits.leaseGraceMs)
    const open = await store.unended(null)
    return open
      .filter(({ leaseUntil }) => leaseUntil + outMs < now)
      .map(({ id, host, leaseUntil }) => ({
        subject: `attempt ${id}`,
        what: `host ${host} has not renewed its lease for ${Math.round((now - leaseUntil) / 60_000)} min`,
      }))
  },
}
