// The name under which a host is known to its fleet: the one given with `up --host`, kept in the state folder, so that
// every later command there speaks of the same host; else the machine's own.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemCode, usage } from '../../base/errors.ts'

const fileIn = (stateDir: string): string => join(stateDir, 'host')

/** The kept name; null where none was given. */
export function hostNameIn(stateDir: string): string | null {
  try {
    return readFileSync(fileIn(stateDir), 'utf8').trim() || null
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Keeps a name. It appears whole or not at all. */
export function keepHostName(stateDir: string, name: string): void {
  const draft = `${fileIn(stateDir)}.${process.pid}.tmp`
  writeFileSync(draft, `${name}\n`, { flush: true })
  renameSync(draft, fileIn(stateDir))
}

/** The name as it may stand in lanes and sentences. Throws OperatingError `usage.host_name`. */
export function hostNameOf(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)) return text
  throw usage(
    'usage.host_name',
    `\`${text}\` is no name for a host`,
    'use letters, digits, dots, dashes and underscores, at most 63, beginning with a letter or digit',
  )
}

/** Whether the folder of that attempt lies here. */
export const hasAttempt = (stateDir: string, id: number): boolean =>
  existsSync(join(stateDir, 'attempts', String(id)))
