// Bundles the program into dist/: one chunk per thing that is loaded on demand, so that a command reads few files and
// only what it uses. What Node itself brings is fetched when it is first used, which halves the start of a command.

import { renameSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Modules whose functions are fetched at the first call: dear to load, and used by few commands. */
const onFirstCall = new Set([
  'node:crypto',
  'node:child_process',
  'node:net',
  'node:fs/promises',
  'node:os',
])

/**
 * Replaces imports of Node's modules. As an ES module such an import evaluates every property of the module, streams of
 * `process` and all of `fs.promises` included; `getBuiltinModule` touches only what is named.
 */
const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  setup({ onResolve, onLoad }) {
    const builtin = new Set(builtinModules)
    onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)?$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (!builtin.has(name) && !path.startsWith('node:')) return null
      return {
        path: `node:${name}`,
        namespace: kind === 'require-call' ? 'builtin-cjs' : 'builtin',
        sideEffects: false,
      }
    })
    onLoad({ filter: /.*/, namespace: 'builtin-cjs' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: shim(path) }))
  },
}

/** The text of a module that stands for a built-in one, statement by statement droppable. */
function shim(path: string): string {
  const found = process.getBuiltinModule(path) as Record<string, unknown>
  const names = Object.keys(found).filter(
    (name) => name !== 'default' && /^[A-Za-z_$][\w$]*$/.test(name),
  )
  return [
    `const get = () => process.getBuiltinModule(${JSON.stringify(path)})`,
    `export default ${path === 'node:process' ? 'process' : '/* @__PURE__ */ new Proxy({}, { get: (_, name) => get()[name] })'}`,
    ...names.map(
      (name) =>
        `const $${name} = ${accessor(path, name, found[name])}\nexport { $${name} as ${name} }`,
    ),
  ].join('\n')
}

function accessor(path: string, name: string, value: unknown): string {
  const plain =
    typeof value === 'function' &&
    /^[a-z]/.test(name) &&
    // `execFile` carries its own way of being promisified; nobody here asks for that.
    Reflect.ownKeys(value).every(
      (key) => ['length', 'name', 'prototype'].includes(String(key)) || key === promisify.custom,
    )
  return onFirstCall.has(path) && plain
    ? `/* @__PURE__ */ (() => (...given) => get().${name}(...given))()`
    : `/* @__PURE__ */ (() => get().${name})()`
}

/** What nearly every command loads. */
const hot = ['src/surface/cli/run.ts', 'src/app.ts']
  .map((path) => `import ${JSON.stringify(root + path)}`)
  .join('\n')

/**
 * Lets everything that is loaded on demand import all that is loaded anyway. So whatever the two share is shared by all,
 * and lands in one chunk instead of one for each combination: a command reads four files instead of forty.
 */
const oneSharedChunk: Plugin = {
  name: 'one-shared-chunk',
  setup({ onResolve, onLoad }) {
    const onDemand = new Set<string>()
    onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      if (kind === 'dynamic-import') onDemand.add(join(resolveDir, path))
      return null
    })
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!onDemand.has(path)) return null
      return { contents: `${await readFile(path, 'utf8')}\n${hot}`, loader: 'ts' }
    })
  },
}

/** Builds the whole program into `outdir`, which is emptied first. */
export async function bundle(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true })
  await build({
    entryPoints: [`${root}src/main.ts`],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    external: ['pg-native', 'cloudflare:sockets'],
    plugins: [leanBuiltins, oneSharedChunk],
    logLevel: 'warning',
  })
}

/** Builds the page into `outDir`, which is emptied first. */
export async function buildPage(outDir: string): Promise<void> {
  const { build: buildWeb } = await import('vite')
  // Tests build it, too, and would get the larger development build of React.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  try {
    await buildWeb({
      configFile: `${root}web/vite.config.ts`,
      build: { outDir, emptyOutDir: true },
    })
  } finally {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  }
}

/** A command that starts meanwhile finds the old program or the new one, whole. */
async function replaceBuilt(): Promise<void> {
  const [built, draft] = [`${root}dist`, `${root}dist.new`]
  await Promise.all([bundle(draft), buildPage(`${draft}.web`)])
  renameSync(`${draft}.web`, `${draft}/web`)
  rmSync(built, { recursive: true, force: true })
  renameSync(draft, built)
}

if (import.meta.main) await replaceBuilt()
