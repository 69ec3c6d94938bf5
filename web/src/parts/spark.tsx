// The last hour of a mechanism as three rows of bars, each against the most of its own: what fires each second would hide the
// others.

export interface Steps {
  readonly fired: readonly number[]
  readonly had: readonly number[]
  readonly moved: readonly number[]
}

const stepsMax = 60
const curves = [
  ['fired', 'var(--faint)'],
  ['had', 'var(--waiting)'],
  ['moved', 'var(--good)'],
] as const

export function Spark({ of }: { of: Steps | undefined }) {
  if (of === undefined) return null
  const bars = (values: readonly number[], row: number) => {
    const most = Math.max(1, ...values)
    const from = stepsMax - values.length
    return values
      .map((value, i) =>
        value === 0 ? '' : `M${from + i + 0.5} ${row * 8 + 7}v${-1 - (value / most) * 5}`,
      )
      .join('')
  }
  return (
    <svg viewBox={`0 0 ${stepsMax} 24`} className="h-8 w-28" role="img" preserveAspectRatio="none">
      <title>
        {curves.map(([name]) => `${words[name]} ${sumOf(of[name])}`).join(', ')} in the last hour
      </title>
      {curves.map(([name, colour], row) => (
        <g key={name}>
          <path d={`M0 ${row * 8 + 7.5}h${stepsMax}`} stroke="var(--line)" strokeWidth="0.5" />
          <path d={bars(of[name], row)} stroke={colour} strokeWidth="0.9" />
        </g>
      ))}
    </svg>
  )
}

const words = { fired: 'fired', had: 'had to do', moved: 'moved' } as const
const sumOf = (values: readonly number[]): string =>
  values.reduce((sum, value) => sum + value, 0).toLocaleString('en')
