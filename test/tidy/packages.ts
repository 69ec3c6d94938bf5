// Packages: each pinned, each with its reason, and what the product carries is what the product uses.

import type { Finding, House, Law } from './house.ts'

const decision = 'docs/decisions/0002-dependencies.md'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

function findPackages(house: House): Finding[] {
  const text = house.files['package.json'] ?? '{}'
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Manifest
  const lines = text.split('\n')
  return Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, version]) => {
    const line = lines.findIndex((one) => one.includes(`"${name}": "${version}"`)) + 1
    const at = (what: string): Finding => ({ path: 'package.json', line, what: `${name} ${what}` })
    const pinned = /^\d+\.\d+\.\d+$/.test(version)
    const reasoned = (house.files[decision] ?? '').includes(`| \`${name}\` |`)
    const used = !(name in dependencies) || isImported(house, name)
    return [
      ...(pinned ? [] : [at('is not pinned to one version')]),
      ...(reasoned ? [] : [at(`has no reason in ${decision}`)]),
      ...(used ? [] : [at('is carried by the product and imported nowhere in it')]),
    ]
  })
}

const isImported = (house: House, name: string): boolean =>
  house
    .sources('src')
    .some((source) =>
      source.imports().some(({ from }) => from === name || from.startsWith(`${name}/`)),
    )

export const packagesReasoned: Law = {
  name: 'every package is pinned, used, and has its reason in docs/decisions/0002',
  remedy:
    'Pin it exactly and say in one row what it does for us and why not ourselves, or do without it',
  find: findPackages,
  broken: [
    {
      files: {
        'package.json': '{"dependencies": {\n"a": "1.0.0",\n"b": "^1.0.0",\n"c": "1.0.0"\n}}',
        [decision]: '| `b` | why |\n| `c` | why |',
        'src/base/a.ts': "import { a } from 'a'\nimport { b } from 'b'\n",
      },
      at: ['package.json:2', 'package.json:3', 'package.json:4'],
    },
  ],
  kept: {
    'package.json': '{"dependencies": {"b": "2.0.0"}, "devDependencies": {"a": "1.0.0"}}',
    [decision]: '| `a` | why |\n| `b` | why |',
    'src/base/a.ts': "const b = () => import('b/inner')\n",
  },
}
