// The report as one page that needs nothing else: no script, no font, no address. Everything that people or models wrote is
// escaped; the chart is drawn as SVG, and told in words for those who do not see it.

import type { Report } from './gather.ts'
import { summaryOf } from './words.ts'

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
li{margin:.3em 0;overflow-wrap:anywhere}svg{width:100%;height:auto}.done{fill:#2f7d4f}.failed{fill:#b3372f}
@media(prefers-color-scheme:dark){body{color:#d8dde3;background:#14181d}code{background:#232a32}}`

export function pageOf(report: Report): string {
  const { fleet, since, until, waiting, failures, incidents, done } = report
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? ''
      : `<h2>${safe(title)}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>\n`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(fleet)}</title><style>${style}</style></head><body>
<h1>${safe(fleet)}</h1>
<p>${safe(since)} to ${safe(until)}<br><strong>${safe(summaryOf(report))}</strong></p>
${chartOf(report.course)}
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
