// The shape of a page: short files, short functions, and a first comment that says what the file promises.

import type { Finding, House, Law } from './house.ts'
import { dotted, type Node, type Source } from './source.ts'

const written = ['src', 'test', 'bench', 'scripts', 'sim', 'bin']
const page = 'web/src'
const fileLinesMax = 300
const functionLinesMax = 70

function longFile({ path, text }: Source): Finding[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return lines > fileLinesMax ? [{ path, line: fileLinesMax + 1, what: `has ${lines} lines` }] : []
}

const linesOf = (count: number): string => 'export const a = 1\n'.repeat(count)

export const shortFiles: Law = {
  name: `a file has at most ${fileLinesMax} lines`,
  remedy: 'Split it by what it promises',
  find: (house: House) => house.sources(...written, page).flatMap(longFile),
  broken: [
    { files: { 'src/model/a.ts': linesOf(301) }, at: ['src/model/a.ts:301'] },
    { files: { 'web/src/a.tsx': linesOf(301) }, at: ['web/src/a.tsx:301'] },
  ],
  kept: { 'test/a.test.ts': linesOf(300) },
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

function longFunctions(source: Source): Finding[] {
  return source.visit().flatMap(({ node, parents }) => {
    if (!functions.has(node.type) || isChapter(node, parents[0])) return []
    const line = source.lineOf(node.start)
    const lines = source.lineOf(node.end) - line + 1
    if (lines <= functionLinesMax) return []
    return [{ path: source.path, line, what: `a function of ${lines} lines` }]
  })
}

/** The callback of `describe`, and a function whose steps are chapters and tests, are a suite and not a function. */
function isChapter(node: Node, parent: Node | undefined): boolean {
  const steps = (node['body'] as Node | undefined)?.['body']
  const isSuite =
    Array.isArray(steps) && steps.some((step: Node) => isTesting(step['expression'] as Node))
  return isSuite || isTesting(parent, /^describe(\.|$)/)
}

const isTesting = (node: Node | null | undefined, names = /^(describe|test|it)(\.|$)/): boolean =>
  node?.type === 'CallExpression' && names.test(calleeOf(node))

function calleeOf(call: Node): string {
  const callee = call['callee'] as Node
  return dotted(callee) ?? (callee.type === 'CallExpression' ? calleeOf(callee) : '')
}

const bodyOf = (lines: number): string => `{\n${'  step()\n'.repeat(lines - 2)}}\n`

export const shortFunctions: Law = {
  name: `a function has at most ${functionLinesMax} lines`,
  remedy: 'Name its steps and move them below it',
  find: (house: House) => house.sources(...written, page).flatMap(longFunctions),
  broken: [
    {
      files: { 'src/model/a.ts': `\nexport function a() ${bodyOf(71)}` },
      at: ['src/model/a.ts:2'],
    },
    {
      files: { 'src/model/a.ts': `export const a = async () => ${bodyOf(71)}` },
      at: ['src/model/a.ts:1'],
    },
    {
      files: { 'web/src/a.tsx': `export function A() ${bodyOf(71)}` },
      at: ['web/src/a.tsx:1'],
    },
    {
      files: { 'src/model/a.ts': `class A {\n  a(): void ${bodyOf(71)}}\n` },
      at: ['src/model/a.ts:2'],
    },
  ],
  kept: {
    'src/model/a.ts': `export function a() ${bodyOf(70)}`,
    'test/a.test.ts': `describe('a', () => ${bodyOf(200)})\ndescribe.each([1])('b', () => ${bodyOf(99)})\n`,
    'test/suite.ts': `function exercise() {\n  test('a', () => 1)\n${'  step()\n'.repeat(99)}}\n`,
  },
}

const headless = ({ path, text }: Source): Finding[] =>
  /^(#!.*\n)?\/\/ \S/.test(text) ? [] : [{ path, line: 1, what: 'begins without a comment' }]

export const firstComment: Law = {
  name: 'a module of src begins with a comment that says what it does and promises',
  remedy: 'Say in two to six lines what it judges or does, and what it promises',
  find: (house: House) => house.sources('src', page).flatMap(headless),
  broken: [{ files: { 'src/model/a.ts': 'export const a = 1\n' }, at: ['src/model/a.ts:1'] }],
  kept: { 'src/model/a.ts': '// Says it.\n\nexport const a = 1\n', 'test/a.test.ts': 'test()\n' },
}
