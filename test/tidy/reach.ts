// How the modules hang together: no circles, nothing forgotten, each name taken from where it is defined.

import type { Finding, House, Law } from './house.ts'
import { targetOf } from './layers.ts'
import type { Node, Source } from './source.ts'

/** What runs by itself: the binary's entry, the parts a simulated world drives, scripts and tests. */
const entries = ['src/main.ts', 'bin', 'scripts', 'bench', 'sim', 'test']
const everything = ['src', ...entries]

function localImports(source: Source, how: readonly string[]): { target: string; line: number }[] {
  return source
    .imports()
    .filter((one) => one.from.startsWith('.') && how.includes(one.how))
    .map(({ from, line }) => ({ target: targetOf(source.path, from), line }))
}

/** Circles of modules that load, or are typed, by each other. What loads only when reached makes no circle. */
function findCircles(house: House): Finding[] {
  const sources = new Map(house.sources(...everything).map((one) => [one.path, one]))
  const state = new Map<string, 'entered' | 'left'>()
  const found: Finding[] = []
  const enter = (path: string, way: readonly string[]) => {
    state.set(path, 'entered')
    const source = sources.get(path)
    for (const { target, line } of source ? localImports(source, ['static', 'type']) : []) {
      if (state.get(target) === 'entered') {
        const circle = [...way.slice(way.indexOf(target)), target]
        found.push({ path, line, what: `closes a circle: ${circle.join(' → ')}` })
      } else if (!state.has(target)) enter(target, [...way, target])
    }
    state.set(path, 'left')
  }
  for (const path of sources.keys()) if (!state.has(path)) enter(path, [path])
  return found
}

export const noCircles: Law = {
  name: 'no circle of imports',
  remedy: 'Move what both need into a third module that imports neither',
  find: findCircles,
  broken: [
    {
      files: {
        'src/model/a.ts': "import { b } from './b.ts'\nexport const a = b\n",
        'src/model/b.ts': "import { c } from './c.ts'\nexport const b = c\n",
        'src/model/c.ts': "\nimport type { a } from './a.ts'\nexport const c = 1\n",
      },
      at: ['src/model/c.ts:2'],
    },
  ],
  kept: {
    'src/model/a.ts': "import { b } from './b.ts'\nexport const a = b\n",
    'src/model/b.ts': "export const b = () => import('./a.ts')\n",
  },
}

function findForgotten(house: House): Finding[] {
  const sources = new Map(house.sources(...everything).map((one) => [one.path, one]))
  const reached = new Set<string>()
  const open = house.sources(...entries).map((one) => one.path)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const source = sources.get(path)
    if (source === undefined) continue
    open.push(...localImports(source, ['static', 'type', 'dynamic']).map((one) => one.target))
  }
  return house
    .sources('src')
    .filter((one) => !reached.has(one.path))
    .map(({ path }) => ({ path, line: 1, what: 'is reached from no entry' }))
}

export const nothingForgotten: Law = {
  name: 'every module of src is reached from an entry',
  remedy: 'Use it or remove it',
  find: findForgotten,
  broken: [
    {
      files: {
        'src/main.ts': "import { a } from './model/a.ts'\na()\n",
        'src/model/a.ts': 'export const a = () => 1\n',
        'src/model/b.ts': 'export const b = 2\n',
      },
      at: ['src/model/b.ts:1'],
    },
  ],
  kept: {
    'src/main.ts': "const { a } = await import('./model/a.ts')\na()\n",
    'src/model/a.ts': 'export const a = () => 1\n',
  },
}

function findExports(source: Source): Finding[] {
  const at = (node: Node, what: string): Finding => ({
    path: source.path,
    line: source.lineOf(node.start),
    what,
  })
  return source.visit().flatMap(({ node }) => {
    if (node.type === 'ExportDefaultDeclaration') return [at(node, 'has a default export')]
    if (node.type === 'ExportAllDeclaration')
      return [at(node, 'passes on all names of another module')]
    if (node.type === 'ExportNamedDeclaration' && node['source'])
      return [at(node, 'passes on names of another module')]
    return []
  })
}

export const namedExports: Law = {
  name: 'exports are named, and each name is exported where it is defined',
  remedy: 'Export it by name where it is defined, and import it from there',
  find: (house) => house.sources(...everything).flatMap(findExports),
  broken: [
    { files: { 'src/model/a.ts': 'const a = 1\nexport default a\n' }, at: ['src/model/a.ts:2'] },
    {
      files: { 'src/model/index.ts': "export * from './a.ts'\nexport type { B } from './b.ts'\n" },
      at: ['src/model/index.ts:1', 'src/model/index.ts:2'],
    },
  ],
  kept: { 'src/model/a.ts': 'const a = 1\nexport { a }\nexport type B = string\n' },
}
