// Prints the declaration of a command for people: usage, arguments, options, inner commands, wrapped to the terminal.

import type { Argument, Command, Option } from './grammar.ts'
import { widthOf } from './text.ts'

/** A line of a list: the term on the left, what it means on the right. */
export type Item = readonly [term: string, about: string]
export interface Section {
  readonly title: string
  readonly items: readonly Item[]
}

/** The help of one command. `path` is what is typed to call it. */
export function commandHelp(command: Command, path: string, columns: number): string {
  const sections: Section[] = [
    {
      title: 'Arguments:',
      items: command.args.filter((one) => one.about !== '').map((one) => [one.name, one.about]),
    },
    {
      title: 'Commands:',
      items: command.commands.map((one) => [
        `${one.name} ${argumentTerms(one)}`.trim(),
        one.summaryText,
      ]),
    },
    { title: 'Options:', items: command.options.map((one) => [optionTerm(one), aboutOption(one)]) },
  ]
  const about = sentence(command.summaryText)
  return page(`${path} ${usageOf(command)}`.trim(), about, sections, command.afterText, columns)
}

/** A whole page of help. Sections without items are left out. */
export function page(
  usage: string,
  about: string,
  sections: readonly Section[],
  after: string,
  columns: number,
): string {
  const shown = sections.filter(({ items }) => items.length > 0)
  const widths = shown.flatMap(({ items }) => items.map(([term]) => widthOf(term)))
  const left = Math.max(0, ...widths.filter((width) => width <= termColumnsMax))
  const blocks = [
    `Usage: ${usage}`,
    wrap(about, columns).join('\n'),
    ...shown.map(({ title, items }) =>
      [title, ...items.flatMap((item) => itemLines(item, left, columns))].join('\n'),
    ),
    after
      .trim()
      .split('\n')
      .flatMap((line) => wrap(line, columns))
      .join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

/** A longer term stands on a line of its own, so that it does not narrow the words beside all others. */
const termColumnsMax = 24

function itemLines([term, about]: Item, left: number, columns: number): string[] {
  const indent = left + 4
  if (widthOf(term) > left) {
    const lines = wrap(about, Math.max(24, columns - indent))
    return [`  ${term}`, ...lines.map((line) => ' '.repeat(indent) + line)]
  }
  const [first = '', ...rest] = wrap(about, Math.max(24, columns - indent))
  const space = ' '.repeat(left - widthOf(term) + 2)
  return [`  ${term}${space}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)]
}

/** Breaks at spaces, and within a shape of JSON, which has none, after commas. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const piece of text.split(/(?<= )|(?<=,)(?=["{[])/)) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(`${line}${piece}`.trimEnd()) <= columns)
      lines[lines.length - 1] = `${line}${piece}`
    else lines.push(piece)
  }
  return lines.map((line) => line.trimEnd())
}

const usageOf = (command: Command): string =>
  command.usageText ??
  (command.commands.length > 0 ? '<command>' : `[options] ${argumentTerms(command)}`.trim())

const argumentTerms = (command: Command): string => command.args.map(argumentTerm).join(' ')

function argumentTerm({ name, required, variadic }: Argument): string {
  const inner = `${name}${variadic ? '...' : ''}`
  return required ? `<${inner}>` : `[${inner}]`
}

const optionTerm = ({ short, long, value, optional }: Option): string =>
  `${short === null ? '' : `${short}, `}${long}${value === null ? '' : optional ? ` [${value}]` : ` <${value}>`}`

const aboutOption = ({ about, fallback }: Option): string =>
  fallback === undefined ? about : `${about} (default: ${fallback})`

/** A summary as a sentence. */
const sentence = (text: string): string =>
  text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`
