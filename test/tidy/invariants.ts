// docs/invariants.md against the house: numbered without a gap, each with the place that enforces it, the test that proves
// it and the repair, and every place and test really there.

import type { Finding, House, Law } from './house.ts'
import { prose } from './pages.ts'

const page = 'docs/invariants.md'
const parts = ['Enforced by', 'Proven by', 'Repair'] as const

interface Invariant {
  readonly number: number
  readonly line: number
  readonly text: string
}

function invariantsOf(text: string): Invariant[] {
  const lines = prose(text)
  const heads = lines.flatMap((line, index) => (/^## \d+\. \S/.test(line) ? [index] : []))
  return heads.map((start, index) => ({
    number: Number(/\d+/.exec(lines[start] ?? '')?.[0]),
    line: start + 1,
    text: lines.slice(start, heads[index + 1]).join('\n'),
  }))
}

function findIn(house: House): Finding[] {
  const invariants = invariantsOf(house.files[page] ?? '')
  if (invariants.length === 0) return [{ path: page, line: 1, what: 'has no numbered invariant' }]
  return invariants.flatMap(({ number, line, text }, index) => {
    const misnumbered =
      number === index + 1 ? [] : [`is number ${number} where ${index + 1} is due`]
    const lacking = parts
      .filter((part) => !new RegExp(`^- \\*\\*${part}:\\*\\* \\S`, 'm').test(text))
      .map((part) => `does not say “${part}”`)
    const dead = [...text.matchAll(/`((?:src|test|bench)\/[\w./-]+)`/g)]
      .map((match) => match[1] ?? '')
      .filter((path) => !house.has(path))
      .map((path) => `names ${path}, which is not there`)
    return [...misnumbered, ...lacking, ...dead].map((what) => ({
      path: page,
      line,
      what: `invariant ${number} ${what}`,
    }))
  })
}

const one = (number: number, test: string): string =>
  `## ${number}. Is so\n\n- **Enforced by:** \`src/a.ts\`\n- **Proven by:** \`${test}\`\n- **Repair:** none is needed\n\n`

export const invariantsComplete: Law = {
  name: 'every invariant names its place, its test and its repair',
  remedy:
    'Write `- **Enforced by:** …`, `- **Proven by:** …` and `- **Repair:** …` with paths that exist',
  find: findIn,
  broken: [
    { files: { [page]: '# Invariants\n' }, at: [`${page}:1`] },
    {
      files: {
        [page]: `${one(1, 'test/a.test.ts')}${one(3, 'test/gone.test.ts')}`,
        'src/a.ts': '',
        'test/a.test.ts': '',
      },
      at: [`${page}:7`, `${page}:7`],
    },
    { files: { [page]: '## 1. Is so\n\n- **Repair:** none\n' }, at: [`${page}:1`, `${page}:1`] },
  ],
  kept: {
    [page]: `# Invariants\n\n${one(1, 'test/a.test.ts')}`,
    'src/a.ts': '',
    'test/a.test.ts': '',
  },
}
