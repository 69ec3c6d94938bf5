// The configuration source that reads midwatch.yaml. A known text comes from the cache; a new one is parsed and
// validated once. Whether a missing environment variable is a refusal is the caller's choice: the daemon needs the
// values, a person who lists tasks does not.

import { readFileSync, statSync, unwatchFile, watch, watchFile } from 'node:fs'
import { basename } from 'node:path'

import { failed, notFound, systemCode, usage } from '../../base/errors.ts'
import { hashOf } from '../../base/ids.ts'
import type { FleetConfig } from '../../model/config.ts'
import { type CachedConfig, readCache, writeCache } from './cache.ts'
import type { ConfigSource, LoadedConfig } from './contract.ts'
import { keepable, redact } from './redact.ts'
import { requireVariables, resolveReferences } from './reference.ts'
import { configFileName, configPathOf } from './state-dir.ts'

export interface FileConfigOptions {
  /** The fleet's folder. */
  readonly dir: string
  /** Where references are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** `refuse` throws `config.variable` for a variable that is not set; `allow` leaves its value empty, save in `store`. */
  readonly missing: 'refuse' | 'allow'
}

const textMaxBytes = 1_000_000

/** The source of the fleet in `dir`. Reads nothing until asked. */
export function fileConfig(options: FileConfigOptions): ConfigSource {
  const { dir } = options
  const path = configPathOf(dir)
  return {
    path,
    async load() {
      const text = readText(path)
      const cached = readCache(dir)
      return finish(cached?.text === text ? cached : await parse(dir, text), options)
    },
    async lastGood() {
      const cached = readCache(dir)
      return cached === null ? null : finish(cached, { ...options, missing: 'allow' })
    },
    restore: (kept) => resolveReferences(JSON.parse(kept) as FleetConfig, options.env),
    watch: (onChange) => watchText(path, onChange),
  }
}

function readText(path: string): string {
  try {
    const stat = statSync(path)
    if (!stat.isFile())
      throw usage('config.unreadable', `${path} is not a file`, 'put the configuration there')
    if (stat.size > textMaxBytes)
      throw usage(
        'config.unreadable',
        `${path} is larger than 1 MB`,
        'a configuration is a page or two; is it the right file?',
      )
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw notFound(
        'config.missing',
        `there is no ${configFileName} at ${path}`,
        'make one with `midwatch init`',
      )
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO')
      throw failed(
        'config.unreadable',
        `${path} cannot be read (${code})`,
        'check its owner and permissions',
        error,
      )
    throw error
  }
}

/** The slow way: zod and yaml are loaded here and nowhere else. */
async function parse(dir: string, text: string): Promise<Omit<CachedConfig, 'version'>> {
  const [{ readConfig }, { referencedVariables }] = await Promise.all([
    import('./load.ts'),
    import('./reference.ts'),
  ])
  const config = readConfig(text, configFileName, basename(dir))
  const entry = {
    text,
    config,
    variables: referencedVariables(config),
    hash: hashOf(JSON.stringify(config)),
  }
  writeCache(dir, entry)
  return entry
}

function finish(entry: Omit<CachedConfig, 'version'>, options: FileConfigOptions): LoadedConfig {
  const { variables } = entry
  const whose = options.missing === 'refuse' ? 'all' : 'store'
  requireVariables(entry.config, options.env, configFileName, whose)
  const missing = variables.filter((name) => !options.env[name])
  const config = resolveReferences(entry.config, options.env)
  return {
    config,
    missing,
    get hash() {
      return variables.length === 0 ? entry.hash : hashOf(JSON.stringify(config))
    },
    get kept() {
      return JSON.stringify(keepable(entry.config))
    },
    get redacted(): FleetConfig {
      return redact(config)
    },
  }
}

const pollMs = 1_000

/** Editors replace files and some file systems tell nothing, so both a watch on the folder and a poll. */
function watchText(path: string, onChange: () => void): () => void {
  let last = quietRead(path)
  const look = () => {
    const text = quietRead(path)
    if (text === last) return
    last = text
    onChange()
  }
  watchFile(path, { interval: pollMs, persistent: false }, look)
  const close = watchFolder(path, look)
  return () => {
    unwatchFile(path, look)
    close()
  }
}

function watchFolder(path: string, look: () => void): () => void {
  try {
    const folder = path.slice(0, -configFileName.length)
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name === configFileName) look()
    })
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {} // the poll remains
  }
}

function quietRead(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
