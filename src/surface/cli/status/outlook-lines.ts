// The outlook in words, a few lines of one screen.

import { relativeTime } from '../../../base/when.ts'
import type { Call } from '../call.ts'
import type { Outlook } from './outlook.ts'

type Span = Outlook['activity']['hour']

const moods = {
  idle: 'no work',
  working: 'work moves',
  gated: 'work waits at its gates and holds',
  broken: 'broken: work waits and nothing moves it',
} as const

export function tellOutlook({ print }: Call, outlook: Outlook, now: number): void {
  const { mood, activity, holds } = outlook
  const { good, waiting, bad, aside } = print.paint
  const tone = mood === 'broken' ? bad : mood === 'gated' ? waiting : good
  print.line(tone(moods[mood]))
  const { hour, day, week } = activity
  print.table(
    [
      row('firings', hour, day, week, (one) => one.fired),
      row('dispatches', hour, day, week, (one) => one.claimed),
      row('confirmations', hour, day, week, (one) => one.confirmed),
      row('settlements', hour, day, week, (one) => one.done + one.failed + one.cancelled),
    ],
    [
      { head: '', text: (one) => one.name },
      { head: '1 H', text: (one) => one.hour, right: true },
      { head: '24 H', text: (one) => one.day, right: true },
      { head: '7 D', text: (one) => one.week, right: true },
    ],
  )
  if (week.tokens > 0 || week.costUsd > 0)
    print.line(aside(`spent: ${usd(hour)} · ${usd(day)} in 24 h · ${usd(week)} in 7 d`))
  for (const { kind, count, oldest } of holds)
    print.line(aside(`held for ${kind}: ${count}, oldest ${relativeTime(Date.parse(oldest), now)}`))
}

const row = (name: string, hour: Span, day: Span, week: Span, of: (one: Span) => number) => ({
  name,
  hour: String(of(hour)),
  day: String(of(day)),
  week: String(of(week)),
})

const usd = ({ costUsd, tokens }: Span): string =>
  costUsd > 0 ? `$${costUsd.toFixed(2)}` : `${tokens} tokens`
