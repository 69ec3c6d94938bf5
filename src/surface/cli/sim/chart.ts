// A month as a text chart: one row a day, or one for several days where there are many, with what was done as a bar.

import type { SimDay } from './report.ts'

const rowsMax = 31
const bars = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

export interface ChartRow {
  /** `day 3`, or `days 4–6`. */
  readonly label: string
  readonly bar: string
  readonly done: number
  readonly failed: number
  readonly attempts: number
  readonly costUsd: number
  readonly faults: number
}

/** The rows of the chart; bars are at most `width` wide. */
export function chartOf(days: readonly SimDay[], width: number): ChartRow[] {
  const each = Math.max(1, Math.ceil(days.length / rowsMax))
  const groups = Array.from({ length: Math.ceil(days.length / each) }, (_, i) =>
    days.slice(i * each, (i + 1) * each),
  )
  const sums = groups.map((group) => ({
    label: labelOf(group),
    done: sumOf(group, 'done'),
    failed: sumOf(group, 'failed'),
    attempts: sumOf(group, 'attempts'),
    costUsd: sumOf(group, 'costUsd'),
    faults: sumOf(group, 'faults'),
  }))
  const most = Math.max(1, ...sums.map(({ done }) => done))
  return sums.map((sum) => ({ ...sum, bar: barOf(sum.done / most, width) }))
}

function labelOf(group: readonly SimDay[]): string {
  const [first, last] = [group[0]?.day ?? 0, group.at(-1)?.day ?? 0]
  return first === last ? `day ${first}` : `days ${first}–${last}`
}

const sumOf = (group: readonly SimDay[], key: Exclude<keyof SimDay, 'day'>): number =>
  group.reduce((sum, day) => sum + day[key], 0)

/** A bar in eighths of a column. */
function barOf(share: number, width: number): string {
  const eighths = Math.round(share * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + (bars[eighths % 8] ?? '')
}
