// The import table: who may import whom. `ls src` is the architecture; left may not import right.

import { posix } from 'node:path'

import type { Finding, House, Law } from './house.ts'
import type { Source } from './source.ts'

const layers = ['base', 'model', 'drivers', 'lifecycle', 'loops', 'surface', 'app', 'main'] as const
type Layer = (typeof layers)[number]

/** What several drivers may use, because it is one truth about the machine: a file, or a folder that ends in `/`. */
const sharedByDrivers: readonly { readonly by: string; readonly target: string }[] = [
  { by: 'src/drivers/launchers/', target: 'src/drivers/hosts/boot-id.ts' },
  { by: 'src/drivers/', target: 'src/drivers/processes/' },
]

/** Which package is spoken to where; a package that is not here is not imported by the product. */
const vendors: readonly { readonly name: string; readonly under: string }[] = [
  { name: 'imapflow', under: 'src/drivers/channels/' },
  { name: 'imapflow', under: 'src/drivers/sensors/' },
  { name: 'nodemailer', under: 'src/drivers/channels/' },
  { name: 'kysely', under: 'src/drivers/store/' },
  { name: 'croner', under: 'src/drivers/calendar/' },
  { name: 'croner', under: 'src/drivers/config/' },
  { name: 'pino', under: 'src/drivers/logs/' },
  { name: 'pg', under: 'src/drivers/store/postgres/' },
  { name: 'yaml', under: 'src/drivers/config/' },
  { name: 'zod', under: 'src/drivers/config/' },
  { name: 'zod', under: 'src/surface/http/' },
  { name: 'hono', under: 'src/surface/http/' },
  { name: '@hono/node-server', under: 'src/drivers/http/' },
  { name: 'zod', under: 'src/surface/mcp/' },
  { name: '@modelcontextprotocol/sdk', under: 'src/surface/mcp/' },
]

/** Why `path` may not import `target` (both from the root), or null when it may. */
export function whyNotImport(path: string, target: string): string | null {
  const from = placeOf(path)
  const to = placeOf(target)
  if (to === null) return `${target} is not part of src`
  if (layers.indexOf(to.layer) > layers.indexOf(from?.layer ?? 'main'))
    return `${from?.layer} may not import ${to.layer}`
  if (from === null || from.layer === 'app' || from.layer === 'main') return null
  if (to.layer === 'drivers') return whyNotDriver(path, target, from, to)
  const sameRoom = from.layer !== to.layer || from.room === to.room
  if (!sameRoom && from.layer === 'lifecycle')
    return `room ${from.room} may not import room ${to.room}`
  if (!sameRoom && from.layer === 'loops') return `loop ${from.room} may not import loop ${to.room}`
  return null
}

interface Place {
  readonly layer: Layer
  /** The folder below the layer: which driver, room or loop. */
  readonly room: string
}

function whyNotDriver(path: string, target: string, from: Place, to: Place): string | null {
  if (from.layer !== 'drivers')
    return /^src\/drivers\/[^/]+\/contract(\.ts|\/[^/]+\.ts)$/.test(target)
      ? null
      : `${from.layer} may import only contracts of drivers`
  if (from.room === to.room) return null
  const shared = sharedByDrivers.some(
    (one) => path.startsWith(one.by) && target.startsWith(one.target),
  )
  return shared ? null : `driver ${from.room} may not import driver ${to.room}`
}

function placeOf(path: string): Place | null {
  const [root, layer, room = '', ...inner] = path.split('/')
  if (root !== 'src' || layer === undefined) return null
  if (layer === 'main.ts') return { layer: 'main', room: '' }
  if (layer.endsWith('.ts')) return { layer: 'app', room: '' }
  const known = layers.find((one) => one === layer)
  return known === undefined ? null : { layer: known, room: inner.length > 0 ? room : '' }
}

/** The file a relative import means, from the root. */
export const targetOf = (path: string, from: string): string =>
  posix.join(posix.dirname(path), from)

/**
 * The one way from src into sim: the program itself loads the simulator, on demand, for the command that plays a
 * configuration. Everything else in src stays without knowledge of it.
 */
const isTheSimulator = (path: string, target: string): boolean =>
  path === 'src/main.ts' && target === 'sim/simulate.ts'

function findIn(source: Source): Finding[] {
  return source.imports().flatMap(({ from, line, how }) => {
    if (how === 'dynamic' && isTheSimulator(source.path, targetOf(source.path, from))) return []
    const why = from.startsWith('.')
      ? whyNotImport(source.path, targetOf(source.path, from))
      : whyNotVendor(source.path, from)
    return why === null ? [] : [{ path: source.path, line, what: `imports ${from}: ${why}` }]
  })
}

function whyNotVendor(path: string, from: string): string | null {
  if (from.startsWith('node:')) return null
  const name = from.startsWith('@') ? from.split('/', 2).join('/') : (from.split('/')[0] ?? from)
  const places = vendors.filter((one) => one.name === name)
  if (places.length === 0) return `${name} is no package of the product`
  return places.some((one) => path.startsWith(one.under)) || placeOf(path)?.layer === 'main'
    ? null
    : `${name} belongs below ${places.map((one) => one.under).join(' or ')}`
}

const head = (from: string): string => `// Says what it does.\nimport { a } from '${from}'\n`

export const importTable: Law = {
  name: 'imports follow the table: base ← model ← drivers ← lifecycle ← loops ← surface ← app ← main',
  remedy:
    'Hand the thing in, move the shared notion to src/model, or speak through the driver’s contract (docs/ARCHITECTURE.md)',
  find: (house: House) => house.sources('src').flatMap(findIn),
  broken: [
    { files: { 'src/base/a.ts': head('../model/task.ts') }, at: ['src/base/a.ts:2'] },
    { files: { 'src/model/a.ts': head('../drivers/store/contract.ts') }, at: ['src/model/a.ts:2'] },
    {
      files: { 'src/drivers/store/a.ts': head('../hosts/local.ts') },
      at: ['src/drivers/store/a.ts:2'],
    },
    { files: { 'src/drivers/hosts/a.ts': head('kysely') }, at: ['src/drivers/hosts/a.ts:2'] },
    {
      files: { 'src/lifecycle/watch/a.ts': head('../settle/budget.ts') },
      at: ['src/lifecycle/watch/a.ts:2'],
    },
    {
      files: { 'src/lifecycle/watch/a.ts': head('../../drivers/store/sqlite/open.ts') },
      at: ['src/lifecycle/watch/a.ts:2'],
    },
    {
      files: { 'src/loops/feed/a.ts': head('../dispatch/loop.ts') },
      at: ['src/loops/feed/a.ts:2'],
    },
    {
      files: { 'src/loops/feed/a.ts': head('../../surface/cli/run.ts') },
      at: ['src/loops/feed/a.ts:2'],
    },
    { files: { 'src/surface/cli/a.ts': head('../../app.ts') }, at: ['src/surface/cli/a.ts:2'] },
    { files: { 'src/app.ts': head('./main.ts') }, at: ['src/app.ts:2'] },
    { files: { 'src/surface/cli/a.ts': head('left-pad') }, at: ['src/surface/cli/a.ts:2'] },
    {
      files: { 'src/loops/feed/a.ts': "// Hides it.\nconst b = () => import('../../app.ts')\n" },
      at: ['src/loops/feed/a.ts:2'],
    },
    { files: { 'src/main.ts': head('../sim/simulate.ts') }, at: ['src/main.ts:2'] },
    {
      files: { 'src/app.ts': "// Says.\nconst b = () => import('../sim/simulate.ts')\n" },
      at: ['src/app.ts:2'],
    },
    {
      files: { 'src/main.ts': "// Says.\nconst b = () => import('../sim/clock.ts')\n" },
      at: ['src/main.ts:2'],
    },
  ],
  kept: {
    'src/model/a.ts': head('../base/assert.ts'),
    'src/drivers/launchers/local/a.ts': head('../../hosts/boot-id.ts'),
    'src/drivers/store/postgres/a.ts': head('pg'),
    'src/lifecycle/watch/a.ts': head('../../drivers/store/contract.ts'),
    'src/loops/dispatch/a.ts': head('../../lifecycle/watch/follow.ts'),
    'src/surface/cli/commands/a.ts': head('../../../loops/dispatch/why.ts'),
    'src/app.ts': head('./drivers/store/sqlite/open.ts'),
    'src/main.ts': `${head('./app.ts')}const b = () => import('../sim/simulate.ts')\n`,
  },
}
