// Aligned tables that fit the width. Some columns give way when there is not enough room; the others keep theirs.

import { cut, oneLine, widthOf } from './text.ts'

export interface Column<R> {
  readonly head: string
  /** Plain text; cleaned and cut here. */
  readonly text: (row: R) => string
  /** Colours the text after it was measured. */
  readonly paint?: (text: string, row: R) => string
  readonly right?: boolean
  /** Cut when the table is too wide. */
  readonly gives?: boolean
}

export interface TableStyle {
  readonly columns: number
  readonly head: (text: string) => string
}

const gap = 2
const leastOfGiving = 12

/** The lines of a table. A column without any text in it is left out. */
export function tableLines<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  style: TableStyle,
): string[] {
  const used = columns
    .map((column) => ({ column, cells: rows.map((row) => oneLine(column.text(row))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const widths = fitted(
    used.map(({ column, cells }) => ({
      width: Math.max(widthOf(column.head), ...cells.map(widthOf)),
      gives: column.gives === true,
    })),
    style.columns,
  )
  const place = (text: string, paint: (text: string) => string, at: number) => {
    const width = widths[at] ?? 0
    const shown = cut(text, width)
    const space = ' '.repeat(Math.max(0, width - widthOf(shown)))
    return used[at]?.column.right ? space + paint(shown) : paint(shown) + space
  }
  const line = (cells: readonly string[]) => cells.join(' '.repeat(gap)).trimEnd()
  const head = line(used.map(({ column }, at) => place(column.head, style.head, at)))
  const body = rows.map((row, index) =>
    line(
      used.map(({ column, cells }, at) =>
        place(cells[index] ?? '', (text) => column.paint?.(text, row) ?? text, at),
      ),
    ),
  )
  return [head, ...body]
}

/** Takes what is too much from the columns that give, the widest first. */
function fitted(
  columns: readonly { width: number; gives: boolean }[],
  available: number,
): number[] {
  const widths = columns.map((column) => column.width)
  const gaps = gap * Math.max(0, widths.length - 1)
  let excess = widths.reduce((sum, width) => sum + width, 0) + gaps - available
  while (excess > 0) {
    const giving = columns.map((column, at) => (column.gives ? (widths[at] ?? 0) : 0))
    const widest = giving.indexOf(Math.max(...giving))
    if ((giving[widest] ?? 0) <= leastOfGiving) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess--
  }
  return widths
}
