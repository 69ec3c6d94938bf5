// Reads any configuration file as it is written, for who wants to look at it and not to run it: no state folder is touched
// and no reference to a variable is looked up.

import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

import { notFound, systemCode, usage } from '../../base/errors.ts'
import type { FleetConfig } from '../../model/config.ts'
import { readConfig } from './load.ts'

/** The configuration in the file at `path`, taken from `cwd`. Throws `config.missing`, `config.unreadable`, `config.invalid`. */
export function readConfigFile(path: string, cwd: string): FleetConfig {
  const full = resolve(cwd, path)
  return readConfig(textOf(full), basename(full), basename(dirname(full)))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT')
      throw notFound('config.missing', `there is no ${path}`, 'name a midwatch.yaml')
    if (code === null) throw error
    throw usage('config.unreadable', `${path} cannot be read (${code})`, 'name a midwatch.yaml')
  }
}
