// Time, chance, names and the world are handed in. Who reads them by himself can't be simulated, so only base and the
// drivers may; the entry of the command line may read what the process was given.

import { type Finding, type House, isUnder, type Law } from './house.ts'
import { dotted, type Node, type Source, textOf } from './source.ts'

const members = new Map([
  ['Date.now', 'the clock'],
  ['Math.random', 'chance'],
  ['performance.now', 'the clock'],
  ['performance.timeOrigin', 'the clock'],
  ['process.hrtime', 'the clock'],
  ['process.uptime', 'the clock'],
  ['process.env', 'the environment'],
  ['process.argv', 'what was typed'],
  ['process.cwd', 'the working directory'],
  ['process.exit', 'the end of the process'],
  ['process.kill', 'other processes'],
  ['process.on', 'signals'],
  ['process.stdin', 'standard input'],
  ['process.stdout', 'standard output'],
  ['process.stderr', 'standard error'],
  ['crypto.randomUUID', 'chance'],
  ['crypto.getRandomValues', 'chance'],
  ['AbortSignal.timeout', 'a timer'],
  ['Atomics.wait', 'a timer'],
])

const names = new Map([
  ['setTimeout', 'a timer'],
  ['setInterval', 'a timer'],
  ['setImmediate', 'a timer'],
  ['randomUUID', 'chance'],
  ['randomBytes', 'chance'],
  ['fetch', 'the network'],
])

const modules = new Map([
  ['fs', 'files'],
  ['fs/promises', 'files'],
  ['child_process', 'processes'],
  ['net', 'the network'],
  ['dgram', 'the network'],
  ['tls', 'the network'],
  ['sqlite', 'a database'],
  ['timers', 'timers'],
  ['timers/promises', 'timers'],
  ['worker_threads', 'threads'],
  ['cluster', 'processes'],
])

const free = ['src/base', 'src/drivers']
/** The entry hands the process to the command line; it may name `process`, but no files, timers or chance. */
const entry = 'src/main.ts'

function findIn(source: Source): Finding[] {
  if (free.some((folder) => isUnder(source.path, folder))) return []
  const at = (node: Node, what: string): Finding => ({
    path: source.path,
    line: source.lineOf(node.start),
    what,
  })
  const imported = source.imports().flatMap(({ from, line }) => {
    const what = modules.get(moduleName(from))
    return what === undefined ? [] : [{ path: source.path, line, what: `imports ${from}: ${what}` }]
  })
  const called = source.visit().flatMap(({ node, parents }) => {
    const name = reads(node, parents)
    if (name === null || (source.path === entry && name.startsWith('process.'))) return []
    return [at(node, `reads ${name}`)]
  })
  return [...imported, ...called]
}

/** What a node reads of the world, as it is written there; null when it reads nothing. */
function reads(node: Node, parents: readonly Node[]): string | null {
  if (node.type === 'MemberExpression') {
    const name = dotted(node)?.replace(/^globalThis\./, '') ?? ''
    return members.has(name) || names.has(name) ? name : null
  }
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const builtin = builtinModule(node)
    if (builtin !== null) return modules.has(moduleName(builtin)) ? builtin : null
    const bare = dotted(node['callee']) === 'Date' && (node['arguments'] as unknown[]).length === 0
    return bare ? 'Date()' : null
  }
  if (node.type !== 'Identifier' || !names.has(String(node['name']))) return null
  return isReference(node, parents) ? String(node['name']) : null
}

/** The module of `process.getBuiltinModule('…')`, which is an import by another name. */
const builtinModule = (node: Node): string | null =>
  dotted(node['callee']) === 'process.getBuiltinModule'
    ? textOf((node['arguments'] as unknown[])[0])
    : null

/** A name that means the thing, and is not merely the name of a property or a parameter. */
function isReference(node: Node, [parent, above]: readonly Node[]): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent['object'] === node
    case 'ImportSpecifier': // of a module that is not itself refused
      return (
        parent['imported'] === node && !modules.has(moduleName(textOf(above?.['source']) ?? ''))
      )
    case 'CallExpression':
    case 'ReturnStatement':
      return true
    case 'VariableDeclarator':
      return parent['init'] === node
    case 'AssignmentExpression':
      return parent['right'] === node
    case 'Property':
      return parent['value'] === node && parent['shorthand'] !== true
    default:
      return false
  }
}

const moduleName = (from: string): string => from.replace(/^node:/, '')

export const handedIn: Law = {
  name: 'time, chance, files, processes and the environment are read only in base, drivers and the entry',
  remedy: 'Take a Clock, a Random, a contract or a value as an argument',
  find: (house: House) => house.sources('src').flatMap(findIn),
  broken: [
    {
      files: {
        'src/loops/a.ts': [
          'export const a = Date.now()',
          'export const b = new Date()',
          'export const c = Math.random()',
          'setTimeout(() => 1, 5)',
          'export const d = setInterval',
          'export const e = process.env',
          "export const f = process['env']",
          'export const g = globalThis.setImmediate(() => 1)',
          'export const h = crypto.randomUUID()',
          'export const i = AbortSignal.timeout(5)',
          'export const j = performance.now()',
        ].join('\n'),
      },
      at: Array.from({ length: 11 }, (_, i) => `src/loops/a.ts:${i + 1}`),
    },
    {
      files: {
        'src/lifecycle/a.ts': [
          "import { readFileSync } from 'node:fs'",
          "import { setTimeout as later } from 'node:timers/promises'",
          "export const c = () => import('node:child_process')",
          "import { connect } from 'net'",
          "import { hash, randomUUID } from 'node:crypto'",
        ].join('\n'),
      },
      at: [
        'src/lifecycle/a.ts:1',
        'src/lifecycle/a.ts:2',
        'src/lifecycle/a.ts:3',
        'src/lifecycle/a.ts:4',
        'src/lifecycle/a.ts:5',
      ],
    },
    {
      files: {
        'src/main.ts': "const a = Date.now()\nprocess.getBuiltinModule('node:fs/promises').rm(a)\n",
      },
      at: ['src/main.ts:1', 'src/main.ts:2'],
    },
    {
      files: { 'src/surface/cli/a.ts': 'process.stdout.write("x")\n' },
      at: ['src/surface/cli/a.ts:1'],
    },
  ],
  kept: {
    'src/base/clock.ts': 'export const now = () => Date.now()\n',
    'src/drivers/store/a.ts':
      "import { readFileSync } from 'node:fs'\nexport const a = readFileSync\n",
    'src/main.ts': "export const a = process.env\nconst b = process.getBuiltinModule('node:tty')\n",
    'src/loops/a.ts': [
      '// Date.now() and setTimeout() are for base.',
      'export const a = (ms: number) => new Date(ms)',
      'export const b = { setTimeout: 5, text: "Date.now()", at: `process.env` }',
      "import { join } from 'node:path'",
    ].join('\n'),
  },
}
