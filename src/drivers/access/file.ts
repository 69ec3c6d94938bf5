// The access file of a fleet, `.midwatch/access.json`, mode 0600. It is made on first use, by whoever is first; a file
// that others can read is taken back from them, and its secrets are made anew, for they may be known.

import {
  chmodSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  linkSync,
  writeFileSync,
} from 'node:fs'

import { failed, systemCode } from '../../base/errors.ts'
import type { Random } from '../../base/random.ts'
import type { Access } from './contract.ts'

/** The secrets in `file`, made when there are none. Throws `access.unreadable`. */
export function accessOf(file: string, random: Random): Access {
  const known = read(file)
  if (known !== null) return known
  const made = fresh(random)
  const draft = `${file}.${random.hex(6)}`
  writeFileSync(draft, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file) // who is first wins, and everybody reads the winner's
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unreadable(file, error)
  } finally {
    rmSync(draft, { force: true })
  }
  return read(file) ?? made
}

/** New secrets: every token, cookie and link that was given out is worth nothing from now on. */
export function renewAccess(file: string, random: Random): Access {
  const made = fresh(random)
  const draft = `${file}.${random.hex(6)}`
  writeFileSync(draft, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(draft, file)
  return made
}

function read(file: string): Access | null {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return null
  if (!stat.isFile()) throw unreadable(file, null)
  if ((stat.mode & 0o077) !== 0) {
    chmodSync(file, 0o600)
    rmSync(file)
    return null
  }
  try {
    const { operator, viewer, secret } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Access>
    if (!isSecret(operator) || !isSecret(viewer) || !isSecret(secret)) throw new SyntaxError()
    return { operator, viewer, secret }
  } catch (error) {
    throw unreadable(file, error)
  }
}

const isSecret = (text: unknown): text is string => typeof text === 'string' && text.length >= 32

const fresh = (random: Random): Access => ({
  operator: `mwo_${random.hex(24)}`,
  viewer: `mwv_${random.hex(24)}`,
  secret: random.hex(32),
})

const unreadable = (file: string, cause: unknown) =>
  failed(
    'access.unreadable',
    `${file} cannot be read as an access file`,
    'look what it is; without it a new one is made, and everybody signs in again',
    cause,
  )
