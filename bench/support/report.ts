// How a bench hands over its rows: to the process that forked it, or, run alone, as a table.

import { type Row, tableOf } from './table.ts'

/** Measures and hands over. Progress goes to standard error, so that the table can be kept. */
export async function report(measure: () => Promise<readonly Row[]>): Promise<void> {
  const rows = await measure()
  if (process.send !== undefined) {
    process.send(rows)
    process.disconnect()
  } else console.log(tableOf(rows))
}

/** Tells what is going on, on standard error. */
export const progress = (line: string): void => void process.stderr.write(`${line}\n`)
