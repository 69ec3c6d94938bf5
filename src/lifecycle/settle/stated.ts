// A limit that stopped a session and named its end is a period of its account's quota, though no client told of one before.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { accountIn } from '../../model/account.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'

/** Two words on one renewal may differ by so much. */
const sameMs = 120_000

/** Notes the stated end of a limit, unless a period that ends then is known by its name. */
export async function learnStated(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { id, lanes }: Pick<Attempt, 'id' | 'lanes'>,
  { class: name, resetAt }: Pick<Verdict, 'class' | 'resetAt'>,
): Promise<void> {
  const account = accountIn(lanes)
  const now = clock.now()
  if (name !== 'rate_limited' || account === null || resetAt === null || resetAt <= now) return
  const known = (await store.quotas()).some(
    (one) =>
      one.account === account &&
      one.period !== 'stated' &&
      Math.abs((one.renewsAt ?? 0) - resetAt) <= sameMs,
  )
  if (known) return
  const word = { period: 'stated', used: null, renewsAt: resetAt, status: 'rejected' as const }
  await store.seeQuota({ account, attemptId: id, words: [word], now })
}
