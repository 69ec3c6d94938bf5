// What a bench tells: one row per floor, as one aligned table. A floor that is missed is told, never hidden, and never
// fails the run: numbers depend on the machine, so nobody's tests may hang on them.

/** `ok`, `under` (the floor is missed), or empty for a row that is told without a floor. */
export type Judgement = 'ok' | 'under' | ''

export interface Row {
  readonly what: string
  /** As the issue states it, such as `≥ 0.40`. Empty for none. */
  readonly floor: string
  readonly measured: string
  /** What it was measured against, such as `bare 980/s`. */
  readonly against: string
  readonly ratio: string
  readonly judgement: Judgement
}

const heads = ['', 'floor', 'measured', 'against', 'ratio', ''] as const

/** A row whose ratio must reach `least`. */
export const atLeast = (
  what: string,
  least: number,
  ratio: number,
  measured: string,
  against: string,
): Row => ({
  what,
  floor: `≥ ${least.toFixed(2)}`,
  measured,
  against,
  ratio: ratio.toFixed(2),
  judgement: ratio >= least ? 'ok' : 'under',
})

/** A row whose ratio may not pass `most`. */
export const atMost = (
  what: string,
  most: number,
  ratio: number,
  measured: string,
  against: string,
): Row => ({
  what,
  floor: `≤ ${most.toFixed(2)}`,
  measured,
  against,
  ratio: ratio.toFixed(2),
  judgement: ratio <= most ? 'ok' : 'under',
})

/** A row with a limit in its own unit, which is no ratio. */
export const within = (
  what: string,
  most: number,
  value: number,
  unit: string,
  against = '',
): Row => ({
  what,
  floor: `≤ ${most} ${unit}`,
  measured: `${value.toFixed(1)} ${unit}`,
  against,
  ratio: '',
  judgement: value <= most ? 'ok' : 'under',
})

/** A row without a floor, told because it explains another one. */
export const told = (what: string, measured: string, against = '', ratio = ''): Row => ({
  what,
  floor: '',
  measured,
  against,
  ratio,
  judgement: '',
})

/** A row for what this machine could not measure. */
export const skipped = (what: string, why: string): Row => told(what, `skipped: ${why}`)

/** The rows under their heads, columns aligned; numbers to the right. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.floor,
    row.measured,
    row.against,
    row.ratio,
    row.judgement,
  ])
  const all = [[...heads], ...cells]
  const widths = heads.map((_, column) =>
    Math.max(...all.map((line) => (line[column] ?? '').length)),
  )
  return all
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column === 5
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
