// Locks and work keys whose attempt has ended, or whose time is over, are free again: a lock that nobody can release keeps
// everybody out for ever (S0).

import type { Rule } from '../law.ts'

const pageSize = 500
/** The dispatcher does this by itself; it is left its time. */
const patienceMs = 60_000

export const locksHaveHolders: Rule = {
  name: 'locks-have-holders',
  law: 'a lock or a claimed work key is held by somebody',
  async find({ store, clock, now }) {
    const locks = (await store.locks({ limit: pageSize })).filter((one) => !one.free)
    const claims = await store.workKeys({ state: 'claimed', limit: pageSize })
    const all = [
      ...locks.map(({ name, ...one }) => ({ ...one, subject: `lock ${name}` })),
      ...claims.map(({ key, ...one }) => ({ ...one, subject: `work key ${key}` })),
    ].filter((one) => one.since < now - patienceMs)
    const found = []
    for (const { subject, attemptId, until, holder } of all) {
      const attempt = attemptId === null ? null : await store.attempt(attemptId)
      const over = until !== null && until < now - patienceMs
      if (attemptId !== null && (attempt === null || attempt.state === 'ended'))
        found.push({ subject, what: `attempt ${attemptId} holds it, which is over` })
      else if (over) found.push({ subject, what: `${holder} holds it, whose time is over` })
    }
    return found.map((one) => ({
      ...one,
      mend: async () => {
        await store.sweepLocks({ now: clock.now(), limit: pageSize })
        return 'freed'
      },
    }))
  },
}
