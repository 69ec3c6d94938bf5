// Reads what was typed against the declaration of a command. Strict: what nobody knows is refused with the nearest right
// spelling. `--name value` and `--name=value` are the same, `--` ends the options, and a lone number is no option.

import { usage } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import type { Command, Option } from './grammar.ts'

export interface Typed {
  readonly args: readonly (string | readonly string[] | undefined)[]
  readonly options: Readonly<Record<string, unknown>>
}

/** What was found at the front of a line: options, and the words from the first that is none. */
interface Front {
  readonly options: Record<string, unknown>
  readonly words: readonly string[]
}

/** Reads options up to the first other word: what stands before the name of a command. */
export function parseFront(command: Command, typed: readonly string[], remedy: string): Front {
  return read(command, typed, remedy, true)
}

/** Reads arguments and options of a command. Throws `usage.*` with `remedy`. */
export function parse(command: Command, typed: readonly string[], remedy: string): Typed {
  const { options, words } = read(command, typed, remedy, false)
  for (const { required, key, long, value } of command.options)
    if (required && options[key] === undefined)
      throw usage('usage.missingOption', `option '${long} <${value}>' is needed`, remedy)
  return {
    args: argumentsOf(command, words, remedy),
    options: { ...fallbacks(command), ...options },
  }
}

function read(
  command: Command,
  typed: readonly string[],
  remedy: string,
  frontOnly: boolean,
): Front {
  const options: Record<string, unknown> = {}
  const words: string[] = []
  for (let at = 0; at < typed.length; at++) {
    const word = typed[at] ?? ''
    if (word === '--') return { options, words: [...words, ...typed.slice(at + 1)] }
    if (!looksLikeOption(word)) {
      if (frontOnly) return { options, words: typed.slice(at) }
      words.push(word)
      continue
    }
    const { option, inline } = optionIn(command, word, remedy)
    if (option.optional && inline === null && isEnd(typed[at + 1])) continue
    const next = option.value === null || inline !== null ? inline : typed[++at]
    if (option.value === null) options[option.key] = switchedOn(option, inline, remedy)
    else if (next === undefined || next === null || isForgotten(option, next))
      throw usage(
        'usage.missingValue',
        `option '${option.long} <${option.value}>' wants a value`,
        remedy,
      )
    else
      options[option.key] =
        option.gather?.(next, options[option.key] as string[] | undefined) ?? next
  }
  return { options, words }
}

const isEnd = (word: string | undefined): boolean => word === undefined || looksLikeOption(word)

/** `--after "$ID"` with an empty variable must not mean that nothing is waited for. */
const isForgotten = ({ gather }: Option, value: string): boolean =>
  gather !== null && /^[\s,]*$/.test(value)

/** `-` alone is a word (standard input), and so is a negative number. */
const looksLikeOption = (word: string): boolean =>
  word.startsWith('-') && word !== '-' && !/^-\d/.test(word)

function optionIn(
  command: Command,
  word: string,
  remedy: string,
): { option: Option; inline: string | null } {
  const cut = word.startsWith('--') ? word.indexOf('=') : -1
  const flag = cut < 0 ? word : word.slice(0, cut)
  const option = command.options.find((one) => one.long === flag || one.short === flag)
  if (option !== undefined) return { option, inline: cut < 0 ? null : word.slice(cut + 1) }
  const near = didYouMean(
    flag,
    command.options.map((one) => one.long),
  )
  throw usage('usage.unknownOption', `unknown option '${flag}'${near}`, remedy)
}

function switchedOn(option: Option, inline: string | null, remedy: string): true {
  if (inline === null) return true
  throw usage('usage.needlessValue', `option '${option.long}' takes no value`, remedy)
}

function argumentsOf(command: Command, words: readonly string[], remedy: string): Typed['args'] {
  const rest = [...words]
  const found = command.args.map(({ name, required, variadic, fallback }) => {
    const taken = variadic ? rest.splice(0) : rest.shift()
    if (required && (taken === undefined || taken.length === 0) && taken !== '')
      throw usage('usage.missingArgument', `missing required argument '${name}'`, remedy)
    return taken ?? fallback
  })
  if (rest.length === 0) return found
  const inner = command.commands.map((one) => one.name)
  const word = rest[0] ?? ''
  if (inner.length > 0)
    throw usage(
      'usage.unknownCommand',
      `unknown command '${word}'${didYouMean(word, inner)}`,
      remedy,
    )
  throw usage(
    'usage.excessArguments',
    `\`${word}\` is one argument too many`,
    `${remedy}; words of one text stand in quotes`,
  )
}

const fallbacks = (command: Command): Record<string, string> =>
  Object.fromEntries(
    command.options.flatMap(({ key, fallback }) =>
      fallback === undefined ? [] : [[key, fallback]],
    ),
  )
