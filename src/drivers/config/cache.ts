// The parsed configuration, kept in .midwatch/config.cache.json so that the command line needs neither zod nor yaml.
// It is good for one exact text and one Midwatch version. Environment references stay references in it, so no value of
// a variable is ever written. A cache that cannot be read or written is as good as none.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { version } from '../../base/version.ts'
import type { FleetConfig } from '../../model/config.ts'
import { ensureStateDir, stateDirOf } from './state-dir.ts'

export interface CachedConfig {
  readonly version: string
  /** The exact text this was read from. */
  readonly text: string
  /** References unresolved. */
  readonly config: FleetConfig
  /** Variables the configuration refers to. */
  readonly variables: readonly string[]
  /** Hash of the configuration with its references unresolved. */
  readonly hash: string
}

const fileName = 'config.cache.json'

/** What the cache holds, whatever text it was made from; null when it is missing, foreign or broken. */
export function readCache(dir: string): CachedConfig | null {
  try {
    const cached: CachedConfig = JSON.parse(readFileSync(join(stateDirOf(dir), fileName), 'utf8'))
    return cached.version === version && Array.isArray(cached.config?.agents) ? cached : null
  } catch {
    return null
  }
}

/** Replaces the cache in one step. */
export function writeCache(dir: string, entry: Omit<CachedConfig, 'version'>): void {
  const path = (name: string) => join(stateDirOf(dir), name)
  const draft = path(`${fileName}.${process.pid}`)
  try {
    ensureStateDir(dir)
    writeFileSync(draft, JSON.stringify({ version, ...entry }), { mode: 0o600 })
    renameSync(draft, path(fileName))
  } catch {
    rmSync(draft, { force: true })
  }
}
