// What was consumed, by agent, account, label, task and day: for the command line and the API.

import { lastDays } from '../../base/local-day.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { SpendBy, SpendLine } from '../../model/spend.ts'

export const spendViews = ['day', 'agent', 'account', 'label', 'task'] as const
export type SpendView = (typeof spendViews)[number]

const nothing = {
  attempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  wastedUsd: 0,
}

/** The zone whose days count; null for the machine's own. */
export const zoneOf = ({ budget }: FleetConfig): string | null =>
  budget?.zone === undefined ? 'UTC' : budget.zone

/** One line per name, the dearest first; one per day, oldest first, for `day`. */
export async function spendLines(
  store: Store,
  config: FleetConfig,
  input: { readonly by: SpendView; readonly since: number; readonly now: number },
): Promise<readonly SpendLine[]> {
  const { by, since, now } = input
  if (by === 'day') return daysOf(store, zoneOf(config), since, now)
  return store.spendOf({ since, until: now + 1, by: by satisfies SpendBy, limit: linesMax })
}

const linesMax = 200
const daysMax = 366

async function daysOf(
  store: Store,
  zone: string | null,
  since: number,
  now: number,
): Promise<SpendLine[]> {
  const days = lastDays(now, daysMax, zone).filter(({ to }) => to > since)
  const lines: SpendLine[] = []
  for (const { day, from, to } of days) {
    const [sum] = await store.spendOf({
      since: Math.max(from, since),
      until: Math.min(to, now + 1),
      by: 'all',
      limit: 1,
    })
    lines.push({ ...(sum ?? nothing), name: day })
  }
  return lines
}

/** All of it. */
export async function spendWhole(store: Store, since: number, now: number): Promise<SpendLine> {
  const [sum] = await store.spendOf({ since, until: now + 1, by: 'all', limit: 1 })
  return sum ?? { name: 'all', ...nothing }
}
