// What the pages promise about the code: every failure class and every kind of incident has its entry in the runbook, and
// every hold and gate state its release.

import { failureClasses } from '../../src/model/failure.ts'
import { gateStates } from '../../src/model/gate.ts'
import { holdKinds } from '../../src/model/hold.ts'
import { lifecyclePage } from './diagrams.ts'
import type { Finding, House, Law } from './house.ts'
import { prose } from './pages.ts'
import { dotted, type Node, type Source, textOf } from './source.ts'

const runbook = 'docs/runbook.md'

interface Heading {
  readonly name: string
  readonly line: number
}

/** What the headings of a chapter name in backticks. */
function namedIn(house: House, page: string, chapter: string): Heading[] {
  const lines = prose(house.files[page] ?? '')
  const start = lines.indexOf(chapter)
  if (start < 0) return []
  const next = lines.findIndex((line, index) => index > start && line.startsWith('## '))
  return lines.slice(start, next < 0 ? lines.length : next).flatMap((line, index) =>
    line.startsWith('### ')
      ? [...line.matchAll(/`([^`]+)`/g)].map((match) => ({
          name: match[1] ?? '',
          line: start + index + 1,
        }))
      : [],
  )
}

function findClasses(house: House): Finding[] {
  const told = namedIn(house, runbook, '## Failure classes')
  const missing = failureClasses
    .filter((name) => !told.some((one) => one.name === name))
    .map((name) => ({
      path: runbook,
      line: 1,
      what: `says nothing about the failure class ${name}`,
    }))
  const unknown = told
    .filter((one) => !failureClasses.some((name) => name === one.name))
    .map(({ name, line }) => ({
      path: runbook,
      line,
      what: `tells of a class ${name}, which model/failure.ts does not have`,
    }))
  return [...missing, ...unknown]
}

const chapterOf = (title: string, names: readonly string[]): string =>
  `# Runbook\n\n## ${title}\n\n${names.map((name) => `### \`${name}\`\n`).join('\n')}`

export const classesTold: Law = {
  name: 'every failure class stands in the runbook',
  remedy:
    'Give it a `### ` entry under “Failure classes”: what it means, what the house does, what you do',
  find: findClasses,
  broken: [
    {
      files: { [runbook]: chapterOf('Failure classes', failureClasses.slice(1)) },
      at: [`${runbook}:1`],
    },
    {
      files: { [runbook]: chapterOf('Failure classes', ['gremlins', ...failureClasses]) },
      at: [`${runbook}:5`],
    },
  ],
  kept: { [runbook]: chapterOf('Failure classes', failureClasses) },
}

/** Incidents are opened under `kind:subject`; the kind is what the runbook tells of. */
function findIncidents(house: House): Finding[] {
  const told = namedIn(house, runbook, '## Incidents').map((one) => one.name.split(':')[0])
  return house.sources('src').flatMap((source) =>
    incidentKinds(source).flatMap(({ kind, line }) => {
      if (kind === null)
        return [
          { path: source.path, line, what: 'opens an incident whose kind can’t be read here' },
        ]
      return told.includes(kind)
        ? []
        : [
            {
              path: source.path,
              line,
              what: `opens an incident ${kind}:…, which the runbook does not tell of`,
            },
          ]
    }),
  )
}

function incidentKinds(source: Source): { kind: string | null; line: number }[] {
  return source.visit().flatMap(({ node }) => {
    if (node.type !== 'CallExpression' || !/(^|\.)openIncident$/.test(dotted(node['callee']) ?? ''))
      return []
    const [input] = node['arguments'] as Node[]
    if (input?.type !== 'ObjectExpression') return [] // handed through, as the contract's implementation does
    const key = (input['properties'] as Node[]).find((one) => dotted(one['key']) === 'key')
    return [{ kind: kindOf(key?.['value'] as Node | undefined), line: source.lineOf(node.start) }]
  })
}

function kindOf(key: Node | undefined): string | null {
  const quasi = key?.type === 'TemplateLiteral' ? (key['quasis'] as Node[])[0] : undefined
  const text = quasi ? (quasi['value'] as { raw: string }).raw : textOf(key)
  return /^([a-z][a-z_-]*)(:|$)/.exec(text ?? '')?.[1] ?? null
}

export const incidentsTold: Law = {
  name: 'every kind of incident stands in the runbook',
  remedy:
    'Give it a `### ` entry under “Incidents”, and open it under `kind:subject` with the kind spelt out',
  find: findIncidents,
  broken: [
    {
      files: {
        [runbook]: chapterOf('Incidents', ['check:TASK']),
        'src/lifecycle/a.ts':
          'store.openIncident({ key: "disk:sda", title })\nstore.openIncident({ key: name, title })\n',
      },
      at: ['src/lifecycle/a.ts:1', 'src/lifecycle/a.ts:2'],
    },
  ],
  kept: {
    [runbook]: chapterOf('Incidents', ['check:TASK']),
    'src/lifecycle/a.ts': `store.openIncident({ key: \`check:\${task.id}\`, title })\nhosts.openIncident(input)\n`,
  },
}

/** A row of a table whose first cell is the word, and in which no cell is empty. */
function rowLine(house: House, word: string): number | null {
  const lines = prose(house.files[lifecyclePage] ?? '')
  const at = lines.findIndex((line) => line.startsWith(`| \`${word}\` |`))
  const cells = (lines[at] ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
  return at >= 0 && cells.length >= 3 && cells.every((cell) => cell !== '') ? at + 1 : null
}

const waits = [
  ...holdKinds.map((word) => ({ word, noun: 'hold kind' })),
  ...gateStates.map((word) => ({ word, noun: 'gate state' })),
]

const findReleases = (house: House): Finding[] =>
  waits
    .filter(({ word }) => rowLine(house, word) === null)
    .map(({ word, noun }) => ({
      path: lifecyclePage,
      line: 1,
      what: `has no row with the release of the ${noun} ${word}`,
    }))

const rowsOf = (rows: readonly string[]): string =>
  `# L\n\n| a | b | c |\n|---|---|---|\n${rows.join('\n')}\n`

export const releasesTold: Law = {
  name: 'every hold kind and gate state names its release in docs/lifecycle.md',
  remedy: 'Give it a row: `| word | what it means | what releases it |`',
  find: findReleases,
  broken: [
    {
      files: {
        [lifecyclePage]: rowsOf(waits.slice(1).map(({ word }) => `| \`${word}\` | b | c |`)),
      },
      at: [`${lifecyclePage}:1`],
    },
    {
      files: {
        [lifecyclePage]: rowsOf(
          waits.map(({ word }, index) => `| \`${word}\` | b | ${index === 0 ? '' : 'c'} |`),
        ),
      },
      at: [`${lifecyclePage}:1`],
    },
  ],
  kept: { [lifecyclePage]: rowsOf(waits.map(({ word }) => `| \`${word}\` | b | c |`)) },
}
