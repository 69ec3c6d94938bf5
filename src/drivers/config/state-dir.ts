// The folder `.midwatch` beside midwatch.yaml: the database, the attempts, the caches. Only its owner may look in,
// and git never does.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const configFileName = 'midwatch.yaml'
export const stateDirName = '.midwatch'

export const configPathOf = (dir: string): string => join(dir, configFileName)
export const stateDirOf = (dir: string): string => join(dir, stateDirName)

/** Makes `.midwatch` (0700, ignored by git) unless it is there, and returns its path. Throws system errors. */
export function ensureStateDir(dir: string): string {
  const stateDir = stateDirOf(dir)
  if (existsSync(stateDir)) return stateDir
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  chmodSync(stateDir, 0o700)
  writeFileSync(join(stateDir, '.gitignore'), '*\n')
  return stateDir
}
