// Where a command's words go: answers to standard output, asides to standard error, JSON to standard output alone.

import { type Paint, paintFor } from './paint.ts'
import { type Column, tableLines } from './table.ts'
import { withoutForeignControls } from './text.ts'
import type { TextStream } from '../../drivers/terminal/contract.ts'

export interface Printer {
  readonly paint: Paint
  /** A line of the answer. */
  line(text?: string): void
  table<R>(rows: readonly R[], columns: readonly Column<R>[]): void
  /** An aside, for people only: nothing is said where JSON was asked for. */
  note(text: string): void
  /** The whole answer as JSON: indented on a terminal, one line elsewhere. */
  json(value: unknown): void
  /** One of many answers, each on its own line. */
  jsonLine(value: unknown): void
}

export function printerFor(out: TextStream, err: TextStream, json: boolean): Printer {
  const paint = paintFor(out.colour)
  return {
    paint,
    line: (text = '') => out.write(`${withoutForeignControls(text)}\n`),
    table(rows, columns) {
      const style = { columns: out.columns, head: paint.aside }
      out.write(`${tableLines(rows, columns, style).join('\n')}\n`)
    },
    note(text) {
      if (!json) err.write(`${paintFor(err.colour).aside(text)}\n`)
    },
    json: (value) => out.write(`${JSON.stringify(value, null, out.isTerminal ? 2 : 0)}\n`),
    jsonLine: (value) => out.write(`${JSON.stringify(value)}\n`),
  }
}
