// The report as one page that needs nothing else: no script, no font, no address. Everything that people or models wrote is
// escaped; the chart is drawn as SVG, and told in words for those who do not see it.

import type { Report } from './gather.ts'
import { spentBy, spanOf, summaryOf, wasteOf } from './words.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const safe = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => escapes[one] ?? one)

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}code{background:#eef1f4;padding:.1em .3em;border-radius:3px}
li{margin:.3em 0;overflow-wrap:anywhere}svg{width:100%;height:auto}.done{fill:#2f7d4f}.failed{fill:#b3372f}svg text{fill:currentColor;font-size:13px}
@media(prefers-color-scheme:dark){body{color:#d8dde3;background:#14181d}code{background:#232a32}}`

export function pageOf(report: Report): string {
  const { fleet, waiting, failures, incidents, done } = report
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? ''
      : `<h2>${safe(title)}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>\n`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(fleet)}</title><style>${style}</style></head><body>
<h1>${safe(fleet)}</h1>
<p>${safe(spanOf(report))}<br><strong>${safe(summaryOf(report))}</strong>${wasteOf(report)
    .map((line) => `<br>${safe(line)}`)
    .join('')}</p>
${chartOf(report.course)}
${spendChart(report.spend)}
${list(
  'Waits for you',
  waiting.map(({ what, command }) => `${safe(what)}: <code>${safe(command)}</code>`),
)}${list(
  'Failed',
  failures.map(
    ({ count, example, tasks }) =>
      `${count === 1 ? `task ${tasks[0]}` : `${count} alike`}: ${safe(example)}`,
  ),
)}${list(
  'Incidents',
  incidents.map(
    ({ title, count, resolvedAt }) =>
      `${safe(title)} ×${count}${resolvedAt === null ? ' <strong>not over</strong>' : ''}`,
  ),
)}${list(
  'Done',
  done.map(({ task, title, verified }) => `${task} ${safe(title)}${verified ? ' ✓' : ''}`),
)}</body></html>
`
}

const [width, height, gap] = [720, 120, 3]

/** Settlements over time, done above failed. */
function chartOf(course: Report['course']): string {
  const most = Math.max(1, ...course.map(({ done, failed }) => done + failed))
  const step = width / Math.max(1, course.length)
  const bars = course.map(({ at, done, failed }, i) => {
    const [x, wide] = [(i * step).toFixed(1), (step - gap).toFixed(1)]
    const [high, low] = [(done / most) * height, (failed / most) * height]
    return `<g><title>${safe(at)}: ${done} done, ${failed} failed</title><rect class="done" x="${x}" y="${(height - high).toFixed(1)}" width="${wide}" height="${high.toFixed(1)}"/><rect class="failed" x="${x}" y="${(height - high - low).toFixed(1)}" width="${wide}" height="${low.toFixed(1)}"/></g>`
  })
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Settlements over time, at most ${most} at once">${bars.join('')}</svg>`
}

const barHeight = 22

/** What agents consumed, in dollars where they are known, with what went for nothing. */
function spendChart(spend: Report['spend']): string {
  if (spend.length === 0) return ''
  const inUsd = spend.some(({ costUsd }) => costUsd > 0)
  const size = ({ costUsd, tokens }: Report['spend'][number]) => (inUsd ? costUsd : tokens)
  const most = Math.max(...spend.map(size), Number.MIN_VALUE)
  const left = 160
  const bars = spend.map((one, i) => {
    const long = (size(one) / most) * (width - left)
    const lost = inUsd && one.costUsd > 0 ? long * Math.min(1, one.wastedUsd / one.costUsd) : 0
    const y = i * barHeight
    return `<g><title>${safe(one.agent)}: ${safe(spentBy(one))}</title><text x="0" y="${y + 15}">${safe(one.agent.slice(0, 20))}</text><rect class="done" x="${left}" y="${y + 3}" width="${long.toFixed(1)}" height="${barHeight - 6}"/><rect class="failed" x="${left}" y="${y + 3}" width="${lost.toFixed(1)}" height="${barHeight - 6}"/></g>`
  })
  const lines = spend.map((one) => `<li>${safe(one.agent)}: ${safe(spentBy(one))}</li>`)
  return `<h2>Spent</h2>
<svg viewBox="0 0 ${width} ${spend.length * barHeight}" role="img" aria-label="What each agent consumed; red is what went for nothing">${bars.join('')}</svg>
<ul>
${lines.join('\n')}
</ul>`
}
