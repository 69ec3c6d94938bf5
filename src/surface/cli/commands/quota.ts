// `midwatch quota`: what may still be used, by period, as a calendar: budgets of the fleet and quotas of its accounts, the part
// that is kept for people, and when each is whole again.

import { dayAt, lastDays } from '../../../base/local-day.ts'
import { localTime, relativeTime } from '../../../base/when.ts'
import { calendarOf, type Calendar, type PeriodView } from '../../spending/periods.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import type { Paint } from '../paint.ts'

export function define(command: Command, act: Act): void {
  command
    .addHelpText(
      'after',
      `
Quotas of providers are known from what clients tell while they work; what was never told is not shown.

JSON: {"timeZone","exemptFrom","periods":[{"kind","account","period","name","used","spentUsd","capUsd","reserve",
"beginsAt","renewsAt","status","seenAt","shut"}]}`,
    )
    .action(act(quota))
}

async function quota(call: Call): Promise<void> {
  const { store, config, clock } = await call.fleet()
  const now = clock.now()
  const calendar = await calendarOf(store, config, now)
  const { print } = call
  if (call.json) return print.json(calendar)
  if (calendar.periods.length === 0)
    return print.line(
      'No budget is configured, and no client has told of a quota yet: see `budget:` in midwatch.yaml',
    )
  print.table(calendar.periods, [
    { head: 'WHOSE', text: whose, gives: true },
    { head: 'PERIOD', text: ({ name }) => name },
    {
      head: 'USED, AND KEPT FOR PEOPLE',
      text: barOf,
      paint: (text, one) => paintOf(print.paint, one)(text),
    },
    { head: '', text: amountOf },
    { head: 'WHOLE AGAIN', text: (one) => renewalOf(one, now) },
  ])
  for (const line of weekOf(calendar, now)) print.line(line)
}

const whose = ({ account }: PeriodView): string => account ?? 'the fleet'

const cells = 20

/** A bar of what is used, what is left, and what is kept for people. */
function barOf({ used, reserve }: PeriodView): string {
  if (used === null) return '?'.repeat(cells)
  const full = Math.min(cells, Math.round(used * cells))
  const kept = Math.min(cells - full, Math.round(reserve * cells))
  return '█'.repeat(full) + '·'.repeat(cells - full - kept) + '░'.repeat(kept)
}

const paintOf = (paint: Paint, { shut, used, reserve, status }: PeriodView) =>
  shut || status === 'rejected'
    ? paint.bad
    : status === 'warning' || (used ?? 0) >= (1 - reserve) * 0.8
      ? paint.waiting
      : paint.good

function amountOf({ used, spentUsd, capUsd, status, shut }: PeriodView): string {
  const part = used === null ? status : `${Math.round(used * 100)} %`
  const money = spentUsd === null || capUsd === null ? '' : ` $${spentUsd.toFixed(2)}/${capUsd}`
  return `${part}${money}${shut ? ' shut' : ''}`
}

const renewalOf = ({ renewsAt }: PeriodView, now: number): string =>
  renewsAt === null
    ? 'not told'
    : `${localTime(Date.parse(renewsAt)).slice(5)} (${relativeTime(Date.parse(renewsAt), now)})`

const days = 7
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** The renewals of the next seven days, a line for each day that has one. */
function weekOf({ periods, timeZone }: Calendar, now: number): string[] {
  const coming = lastDays(now + (days - 1) * 86_400_000, days, timeZone)
  const lines = coming.flatMap(({ day }) => {
    const renewed = periods
      .filter(({ renewsAt }) => renewsAt !== null && dayAt(Date.parse(renewsAt), timeZone) === day)
      .toSorted((a, b) => Date.parse(a.renewsAt ?? '') - Date.parse(b.renewsAt ?? ''))
      .map((one) => `${timeIn(one.renewsAt ?? '', timeZone)} ${whose(one)} (${one.name})`)
    const name = `${weekdays[new Date(day).getUTCDay()]} ${day}`
    return renewed.length === 0 ? [] : [`  ${name}  ${renewed.join(', ')}`]
  })
  return lines.length === 0 ? [] : ['', `Whole again, in ${timeZone ?? 'local time'}:`, ...lines]
}

const timeIn = (iso: string, zone: string | null): string =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(zone !== null && { timeZone: zone }),
  }).format(Date.parse(iso))
