// The arrows stand three times: in model/transitions.ts, in the diagrams of docs/lifecycle.md, and in the guards of the
// databases. Here the three are compared, with the table of the model as the truth.

import { guards } from '../../src/drivers/store/migrations/0002-guards.ts'
import { effects } from '../../src/drivers/store/migrations/0005-effects.ts'
import { attemptArrows, effectArrows, taskArrows } from '../../src/model/transitions.ts'
import type { Finding, House, Law } from './house.ts'

interface Drawn {
  readonly arrow: string
  readonly line: number
}

interface Machine {
  /** The chapter of the page that draws it. */
  readonly chapter: string
  readonly table: string
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly verb: string }[]
}

export const lifecyclePage = 'docs/lifecycle.md'

const machines: readonly Machine[] = [
  { chapter: '## The task', table: 'taskArrows', arrows: taskArrows },
  { chapter: '## The attempt', table: 'attemptArrows', arrows: attemptArrows },
  { chapter: '## The effect', table: 'effectArrows', arrows: effectArrows },
]

function findDifferences(house: House): Finding[] {
  const text = house.files[lifecyclePage]
  if (text === undefined) return [{ path: lifecyclePage, line: 1, what: 'is not there' }]
  return machines.flatMap((machine) => compare(machine, text))
}

function compare({ chapter, table, arrows }: Machine, text: string): Finding[] {
  const { line, drawn } = readDiagram(text, chapter)
  const legal = arrows.map(({ from, to, verb }) => `${from} --> ${to} : ${verb}`)
  const missing = legal
    .filter((arrow) => !drawn.some((one) => one.arrow === arrow))
    .map((arrow) => ({ path: lifecyclePage, line, what: `lacks \`${arrow}\` of ${table}` }))
  const invented = drawn
    .filter((one) => !legal.includes(one.arrow))
    .map((one) => ({
      path: lifecyclePage,
      line: one.line,
      what: `draws \`${one.arrow}\`, which ${table} does not have`,
    }))
  return [...missing, ...invented]
}

/** The arrows between states in the first state diagram of a chapter; births and deaths (`[*]`) are left out. */
function readDiagram(text: string, chapter: string): { line: number; drawn: Drawn[] } {
  const lines = text.split('\n')
  const start = lines.indexOf(chapter)
  const next = lines.findIndex((line, index) => index > start && line.startsWith('## '))
  const end = start < 0 ? 0 : next < 0 ? lines.length : next
  const from = lines.findIndex((line, index) => index > start && line.trim() === 'stateDiagram-v2')
  const to = lines.findIndex((line, index) => index > from && line.startsWith('```'))
  if (start < 0 || from < 0 || from > end) return { line: Math.max(1, start + 1), drawn: [] }
  const drawn = lines.slice(from, to).flatMap((line, index) => {
    const match = /^\s*(\w+)\s*-->\s*(\w+)\s*:\s*(\S.*?)\s*$/.exec(line)
    return match === null
      ? []
      : [{ arrow: `${match[1]} --> ${match[2]} : ${match[3]}`, line: from + index + 1 }]
  })
  return { line: from + 1, drawn }
}

const draw = ({ chapter, arrows }: Machine): string[] => [
  chapter,
  '```mermaid',
  'stateDiagram-v2',
  '  [*] --> held : enqueue',
  ...arrows.map(({ from, to, verb }) => `  ${from} --> ${to} : ${verb}`),
  '```',
]
const faithful = machines.flatMap(draw)

export const arrowsDrawn: Law = {
  name: 'the diagrams of docs/lifecycle.md equal model/transitions.ts',
  remedy:
    'The table of the model is the truth: change it there first, then the page and the guards',
  find: findDifferences,
  broken: [
    { files: {}, at: [`${lifecyclePage}:1`] },
    {
      files: { [lifecyclePage]: faithful.with(4, '  settled --> ready : again').join('\n') },
      at: [`${lifecyclePage}:3`, `${lifecyclePage}:5`],
    },
  ],
  kept: { [lifecyclePage]: faithful.join('\n') },
}

/** The arrows that a guard of one dialect lets pass, per table, as the statements spell them. */
export function guardedArrows(statements: readonly string[]): string[][] {
  return statements.flatMap((statement) => {
    const list = /NOT IN \(('\w+>\w+'(?:,'\w+>\w+')*)\)/.exec(statement)?.[1]
    return list === undefined ? [] : [list.replaceAll("'", '').split(',').sort()]
  })
}

export const arrowsOfModel: string[][] = [taskArrows, attemptArrows, effectArrows].map((arrows) =>
  arrows.map(({ from, to }) => `${from}>${to}`).sort(),
)

export const guardsByDialect = {
  sqlite: [...guards.sqlite, ...effects.sqlite],
  postgres: [...guards.postgres, ...effects.postgres],
}
