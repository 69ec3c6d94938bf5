// Aligned tables that fit the width. One column gives way when there is not enough room; the others keep theirs.

import { cut, oneLine, widthOf } from './text.ts'

export interface Column<R> {
  readonly head: string
  /** Plain text; cleaned and cut here. */
  readonly text: (row: R) => string
  /** Colours the text after it was measured. */
  readonly paint?: (text: string, row: R) => string
  readonly right?: boolean
  /** The column that is cut when the table is too wide. At most one. */
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
  const texts = columns.map((column) => rows.map((row) => oneLine(column.text(row))))
  const used = columns.flatMap((column, index) => {
    const cells = texts[index] ?? []
    return cells.some((cell) => cell !== '') ? [{ column, cells }] : []
  })
  const widths = fit(
    used.map(({ column, cells }) => Math.max(widthOf(column.head), ...cells.map(widthOf))),
    used.findIndex(({ column }) => column.gives === true),
    style.columns,
  )
  const line = (cell: (index: number) => { plain: string; painted: string }) =>
    used
      .map(({ column }, index) => {
        const { plain, painted } = cell(index)
        const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(plain)))
        return column.right ? space + painted : painted + space
      })
      .join(' '.repeat(gap))
      .trimEnd()
  const head = line((index) => {
    const plain = used[index]?.column.head ?? ''
    return { plain, painted: style.head(plain) }
  })
  const body = rows.map((row, at) =>
    line((index) => {
      const plain = cut(used[index]?.cells[at] ?? '', widths[index] ?? 0)
      return { plain, painted: used[index]?.column.paint?.(plain, row) ?? plain }
    }),
  )
  return [head, ...body]
}

function fit(widths: readonly number[], giving: number, columns: number): number[] {
  const total = widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1)
  return widths.map((width, index) =>
    index === giving ? Math.max(leastOfGiving, width - Math.max(0, total - columns)) : width,
  )
}
