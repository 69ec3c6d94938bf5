// The report as text and as Markdown: the same lines, dressed twice.

import { localTime } from '../../base/when.ts'
import type { Report } from './gather.ts'

const usd = (value: number): string => `$${value.toFixed(2)}`

/** The span it tells of, as the clocks of this host show it. */
export const spanOf = ({ since, until }: Report): string => `${shown(since)} to ${shown(until)}`

const shown = (iso: string): string => localTime(Date.parse(iso))

/** One sentence of what the whole came to. */
export function summaryOf({ totals: t }: Report): string {
  const cost =
    t.costUsd > 0
      ? ` for ${usd(t.costUsd)}${t.usdPerVerified === null ? '' : ` (${usd(t.usdPerVerified)} per verified one)`}`
      : t.tokens > 0
        ? ` for ${t.tokens} tokens`
        : ''
  return `${t.done} done (${t.verified} verified), ${t.failed} failed, ${t.cancelled} cancelled in ${t.attempts} attempts${cost}`
}

/** What went into endings that settled nothing, as a line; none when nothing did. */
export const wasteOf = ({ totals }: Report): readonly string[] =>
  totals.wastedUsd > 0 ? [`${usd(totals.wastedUsd)} went into attempts that settled nothing`] : []

/** What an agent consumed. */
export function spentBy({ costUsd, tokens, attempts, wastedUsd }: Report['spend'][number]): string {
  const cost = costUsd > 0 ? `${usd(costUsd)}, ` : ''
  const wasted = wastedUsd > 0 ? `, ${usd(wastedUsd)} of it for nothing` : ''
  return `${cost}${tokens.toLocaleString('en')} tokens in ${attempts} attempts${wasted}`
}

/** `md`: with headings and code marks; else plain. */
export function wordsOf(report: Report, dress: 'text' | 'md'): string {
  const md = dress === 'md'
  const head = (text: string) => (md ? `\n## ${text}\n` : `\n${text.toUpperCase()}`)
  const item = (text: string) => (md ? `- ${text}` : `  ${text}`)
  const code = (text: string) => (md ? `\`${text}\`` : text)
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [head(title), ...lines]
  const { waiting, failures, incidents, spend, done } = report
  return [
    `${md ? '# ' : ''}${report.fleet}: ${spanOf(report)}`,
    ...(md ? [''] : []),
    summaryOf(report),
    ...wasteOf(report),
    ...section(
      'Waits for you',
      waiting.map(({ what, command }) => item(`${what}: ${code(command)}`)),
    ),
    ...section(
      'Failed',
      failures.map(({ count, example, tasks }) =>
        item(
          count === 1
            ? `task ${tasks[0]}: ${example}`
            : `${count} alike: ${example} (tasks ${tasks.slice(0, 8).join(', ')}${count > 8 ? ', …' : ''})`,
        ),
      ),
    ),
    ...section(
      'Incidents',
      incidents.map(({ title, count, openedAt, resolvedAt }) =>
        item(
          `${title} ×${count}, ${shown(openedAt)}${resolvedAt === null ? ', not over' : ` to ${shown(resolvedAt)}`}`,
        ),
      ),
    ),
    ...section(
      'Spent',
      spend.map((one) => item(`${one.agent}: ${spentBy(one)}`)),
    ),
    ...section(
      'Done',
      done.map(({ task, title, verified }) => item(`${task} ${title}${verified ? ' ✓' : ''}`)),
    ),
    '',
  ].join('\n')
}
