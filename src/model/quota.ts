// Quotas of accounts: what a provider lets an account use within a period (five hours, a week) that it renews by itself. Known
// only from what clients tell while they work, so each is as old as its last word, and over once its renewal has come. Pure.

/** One period of an account, as it was last told of. */
export interface Quota {
  readonly account: string
  /** As the provider calls it: `five_hour`, `seven_day`; `stated` where a limit named its end alone. */
  readonly period: string
  /** The part that is used, 0 to 1; null where only the state was told. */
  readonly used: number | null
  /** When the provider renews it; null where it did not tell. */
  readonly renewsAt: number | null
  readonly status: QuotaStatus
  readonly seenAt: number
}

export const quotaStatuses = ['allowed', 'warning', 'rejected'] as const
export type QuotaStatus = (typeof quotaStatuses)[number]

/** What a client tells of one period. */
export type QuotaWord = Omit<Quota, 'account' | 'seenAt'>

const hourMs = 3_600_000
const lengths: Readonly<Record<string, number>> = { five_hour: 5 * hourMs, seven_day: 168 * hourMs }

/** How long a period of this name lasts; null where the name does not say. */
export function quotaLengthMs(period: string): number | null {
  const known = Object.keys(lengths).find(
    (name) => period === name || period.startsWith(`${name}_`),
  )
  return known === undefined ? null : (lengths[known] ?? null)
}

const words: Readonly<Record<string, string>> = { five_hour: '5 hours', seven_day: 'week' }

/** The name of a period as people read it: `5 hours`, `week`, `week opus`. */
export function quotaName(period: string): string {
  const known = Object.keys(words).find((name) => period === name || period.startsWith(`${name}_`))
  if (known === undefined) return period.replaceAll('_', ' ')
  return `${words[known]}${period.slice(known.length).replaceAll('_', ' ')}`
}

/** What is still true of a quota now: a renewed one is unused, and its next renewal is not known before it is used. */
export function quotaNow(quota: Quota, now: number): Quota {
  if (quota.renewsAt === null || quota.renewsAt > now) return quota
  return { ...quota, used: 0, renewsAt: null, status: 'allowed' }
}

/** Whether so much is used that the rest belongs to people; with a reserve of 0, whether nothing is left. */
export function isSpent(quota: Quota, reserve: number, now: number): boolean {
  const { used, renewsAt, status } = quotaNow(quota, now)
  if (renewsAt === null) return false
  return status === 'rejected' || (used !== null && used >= 1 - reserve - rounding)
}

/** Binary fractions: 1 - 0.2 must not be more than 0.8. */
const rounding = 1e-9

/** The parts of quotas that are left, as far as they are known and still true. */
export const headrooms = (quotas: readonly Quota[], now: number): readonly number[] =>
  quotas
    .map((quota) => quotaNow(quota, now))
    .flatMap(({ used, status }) =>
      used === null ? (status === 'rejected' ? [0] : []) : [Math.max(0, 1 - used)],
    )

const tenths = (used: number | null): number | null =>
  used === null ? null : Math.floor(used * 10)

/** Whether a word is worth a line in the facts: another state, another renewal, another tenth. */
export function isNews(known: QuotaWord | undefined, told: QuotaWord): boolean {
  if (known === undefined || known.status !== told.status) return true
  const moved = Math.abs((known.renewsAt ?? 0) - (told.renewsAt ?? 0))
  return moved > 60_000 || tenths(known.used) !== tenths(told.used)
}
