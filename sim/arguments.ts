// What the simulator's programs are told on their command lines: known flags, numbers that are numbers, and `--help`. For all
// else a sentence and exit 2: a run that checked nothing because of a slip must not look like one that found nothing.

import { parseArgs } from 'node:util'

import { didYouMean } from '../src/base/nearest.ts'

export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly default?: string
  /** What a text has to be: a whole number from 0 or from 1 on, a number above 0, or one of these words. */
  readonly is?: 'whole' | 'count' | 'number' | readonly string[]
  /** The largest number that makes sense. */
  readonly most?: number
  readonly means: string
}

export type Flags = Readonly<Record<string, Flag>>

export type Given<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends { readonly type: 'boolean' }
    ? boolean
    : F[Name] extends { readonly default: string }
      ? string
      : string | undefined
}

/** The flags that `program` was given; ends it where they make no sense, or where it was asked what there is. */
export function given<const F extends Flags>(program: string, flags: F): Given<F> {
  const read = readFlags(flags, process.argv.slice(2))
  if (read.wrong !== undefined) {
    console.error(`${read.wrong}\n  → \`${program} --help\` shows its flags`)
    process.exit(2)
  }
  if (read.isHelp) {
    console.log(helpOf(program, flags))
    process.exit(0)
  }
  return read.values as Given<F>
}

interface Read {
  readonly values: Readonly<Record<string, unknown>>
  readonly isHelp: boolean
  /** What makes no sense, as a sentence. */
  readonly wrong?: string
}

/** Reads `args`; what makes no sense is told, nothing of it is guessed. */
export function readFlags(flags: Flags, args: readonly string[]): Read {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, default: usual }]) => [
      name,
      { type, default: usual ?? (type === 'boolean' ? false : undefined) },
    ]),
  )
  const found = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean' } },
    strict: false,
    tokens: true,
  })
  const values: Readonly<Record<string, unknown>> = found.values
  const wrong = found.tokens
    .map((token) =>
      token.kind === 'option'
        ? mistakeOf(flags, token.name, token.rawName, token.value)
        : token.kind === 'positional'
          ? `\`${token.value}\` belongs to no flag`
          : null,
    )
    .find((one) => one !== null)
  return { values, isHelp: values['help'] === true, ...(wrong != null && { wrong }) }
}

/** What is wrong with one flag; null when nothing is. */
function mistakeOf(
  flags: Flags,
  name: string,
  typed: string,
  value: string | undefined,
): string | null {
  if (name === 'help') return null
  const flag = flags[name]
  if (flag === undefined) return `unknown flag ${typed}${didYouMean(name, Object.keys(flags))}`
  if (flag.type === 'boolean') return value === undefined ? null : `--${name} takes no value`
  if (value === undefined || value.startsWith('--')) return `--${name} wants a value`
  if (!isRight(flag.is, value)) return `--${name} wants ${wantsOf(flag.is)}, not \`${value}\``
  const { most } = flag
  return most !== undefined && Number(value) > most ? `--${name} takes at most ${most}` : null
}

function isRight(is: Flag['is'], value: string): boolean {
  if (is === undefined) return value !== ''
  if (typeof is === 'object') return is.includes(value)
  const n = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  if (is === 'number') return n > 0
  return Number.isSafeInteger(n) && n >= (is === 'count' ? 1 : 0)
}

const wantsOf = (is: Flag['is']): string =>
  typeof is === 'object'
    ? `one of ${is.join(', ')}`
    : is === undefined
      ? 'a value'
      : { whole: 'a whole number', count: 'a whole number above 0', number: 'a number above 0' }[is]

function helpOf(program: string, flags: Flags): string {
  const lines = Object.entries(flags).map(([name, { type, means, default: usual }]) => {
    const flag = `  --${name}${type === 'boolean' ? '' : ' …'}`
    return `${flag.padEnd(18)} ${means}${usual === undefined ? '' : ` (${usual})`}`
  })
  return `Usage: ${program} [flags]\n\n${lines.join('\n')}`
}
