// Finds the fleet: a folder with midwatch.yaml, named outright or met on the way up from where one stands.

import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'

import { notFound } from '../../base/errors.ts'
import { configFileName, configPathOf, stateDirName, stateDirOf } from './state-dir.ts'

export interface Where {
  /** `--fleet DIR`; a folder, or the configuration file itself. */
  readonly named: string | null
  /** `MIDWATCH_FLEET`, asked when nothing is named. */
  readonly fromEnvironment: string | null
  readonly cwd: string
}

/** The fleet's folder, absolute. Throws `fleet.not_found` with a sentence about where it was looked for. */
export function findFleet({ named, fromEnvironment, cwd }: Where): string {
  if (named !== null) return namedFleet(named, '--fleet', cwd)
  if (fromEnvironment) return namedFleet(fromEnvironment, 'MIDWATCH_FLEET', cwd)
  for (let dir = cwd; ; dir = dirname(dir)) {
    if (existsSync(configPathOf(dir))) return dir
    if (isOrphan(dir)) throw configGone(dir)
    if (dirname(dir) === dir) break
  }
  throw notFound(
    'fleet.not_found',
    `no fleet here: neither ${cwd} nor any folder above it has a ${configFileName}`,
    'make one with `midwatch init`, or name one with --fleet DIR or MIDWATCH_FLEET',
  )
}

function namedFleet(name: string, by: string, cwd: string): string {
  const path = isAbsolute(name) ? name : resolve(cwd, name)
  const dir = path.endsWith(`/${configFileName}`) && isFile(path) ? dirname(path) : path
  if (existsSync(configPathOf(dir))) return realpathSync(dir)
  if (isOrphan(dir)) throw configGone(dir)
  throw notFound(
    'fleet.not_found',
    `${by} names ${path}, which ${existsSync(dir) ? `has no ${configFileName}` : 'does not exist'}`,
    `make a fleet there with \`midwatch init ${name}\`, or name another folder`,
  )
}

/** A fleet's state without its configuration: that file was there once. */
const isOrphan = (dir: string): boolean => existsSync(join(stateDirOf(dir), '.gitignore'))

const configGone = (dir: string) =>
  notFound(
    'fleet.config_gone',
    `${configFileName} is missing in ${dir}; the fleet's ${stateDirName} beside it is still there`,
    'put the file back (tasks and attempts are kept); `midwatch init` there writes a new one',
  )

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
