// Budgets and quotas as bars on their periods: how much is used, how far the period has come, what is kept for people, and when it
// is renewed.

import type { Answer } from '../../../src/surface/http/contract.ts'
import { full, span, useNow } from '../lib/time.ts'
import { Chip, When } from './basics.tsx'

type Period = Answer<'quota'>['periods'][number]

export const dollars = (value: number): string => (value === 0 ? '' : `$${value.toFixed(2)}`)

export function Periods({ periods }: { periods: readonly Period[] }) {
  const now = useNow(30_000)
  return (
    <ul className="divide-y divide-line">
      {periods.map((one) => (
        <li key={`${one.kind} ${one.account} ${one.period}`} className="px-3 py-2">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">
              {one.account ?? 'fleet'}, {one.name}
            </span>
            <span className="text-soft">
              {one.capUsd === null
                ? one.used === null
                  ? one.status
                  : `${Math.round(one.used * 100)} % used`
                : `$${(one.spentUsd ?? 0).toFixed(2)} of $${one.capUsd.toFixed(2)}`}
            </span>
            {one.shut && <Chip tone="bad">nothing starts</Chip>}
            <span className="ml-auto text-xs text-faint">
              {one.renewsAt !== null && (
                <span title={full(one.renewsAt)}>
                  renewed in {span(Date.parse(one.renewsAt) - now)}
                </span>
              )}
              {one.kind === 'quota' && one.seenAt !== null && (
                <>
                  {one.renewsAt !== null && ', '}
                  told <When iso={one.seenAt} now={now} />
                </>
              )}
            </span>
          </p>
          <Bar one={one} now={now} />
        </li>
      ))}
    </ul>
  )
}

function Bar({ one, now }: { one: Period; now: number }) {
  const used = one.used ?? (one.status === 'rejected' ? 1 : 0)
  const free = 1 - one.reserve
  const tone = one.shut || used >= free ? 'bg-bad' : used >= 0.8 * free ? 'bg-waiting' : 'bg-good'
  const [from, to] = [Date.parse(one.beginsAt ?? ''), Date.parse(one.renewsAt ?? '')]
  const come = to > from ? Math.min(1, Math.max(0, (now - from) / (to - from))) : null
  return (
    <div className="relative mt-1.5 h-2 rounded-full bg-sunken" aria-hidden="true">
      <span
        className={`block h-full rounded-full ${tone}`}
        style={{ width: `${Math.min(1, used) * 100}%` }}
      />
      {one.reserve > 0 && (
        <span
          className="absolute inset-y-0 right-0 rounded-r-full border-l border-faint bg-[repeating-linear-gradient(45deg,var(--line)_0_2px,transparent_2px_5px)]"
          style={{ left: `${free * 100}%` }}
        />
      )}
      {come !== null && (
        <span
          className="absolute -top-0.5 -bottom-0.5 w-0.5 rounded bg-ink"
          style={{ left: `${come * 100}%` }}
        />
      )}
    </div>
  )
}
