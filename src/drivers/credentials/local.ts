// Credentials as they lie on this host: in variables, in files, in the login of a client. What is told of them is whether
// they are there and a salted print; the salt lies beside the database and never in it.

import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clock } from '../../base/clock.ts'
import { refused, systemCode } from '../../base/errors.ts'
import type { Credentialed, CredentialLook, Credentials, SessionEnvironment } from './contract.ts'

export interface LocalCredentialsOptions {
  /** Where the salt is kept; made when it is missing. */
  readonly saltFile: string
  readonly clock: Clock
  /** What sessions inherit. */
  readonly baseEnv: Readonly<Record<string, string>>
}

export function createLocalCredentials(options: LocalCredentialsOptions): Credentials {
  const { clock, baseEnv, saltFile } = options
  let salt: Buffer | null = null
  const printOf = (parts: readonly string[]): string | null => {
    if (parts.length === 0) return null
    salt ??= saltIn(saltFile)
    return createHmac('sha256', salt).update(parts.join('\0')).digest('hex').slice(0, 24)
  }
  return {
    fromFiles: valuesOf,
    look: async (one) => await look(one, { ...baseEnv, ...one.settings.env }, clock.now(), printOf),
  }
}

async function look(
  { client, settings, declared }: Credentialed,
  env: Readonly<Record<string, string>>,
  now: number,
  printOf: (parts: readonly string[]) => string | null,
): Promise<CredentialLook> {
  const parts: string[] = []
  try {
    const values = await valuesOf(settings)
    for (const [name, value] of Object.entries(values)) parts.push(`${name}=${value}`)
  } catch (error) {
    return { trouble: (error as Error).message, print: null }
  }
  for (const name of client.secretsIn) if (env[name]) parts.push(`${name}=${env[name]}`)
  const home = settings.env[client.homeIn]
  if (declared && home !== undefined && !isFolder(home))
    return { trouble: `its folder ${home} is not there`, print: printOf(parts) }
  const path = loginOf(client, env)
  const login = path === null ? null : await quietRead(path)
  if (login === null) {
    const isAlone = declared && home !== undefined && parts.length === 0
    const trouble = isAlone && isLoginNeeded(client.homeIn) ? `there is no login at ${path}` : null
    return { trouble, print: printOf(parts) }
  }
  parts.push(login)
  return { trouble: declared ? overIn(login, now) : null, print: printOf(parts) }
}

/** Only where a client's folder holds nothing but its own things does a missing login say something. */
const isLoginNeeded = (homeIn: string): boolean => homeIn !== 'HOME'

function loginOf(
  { homeIn, login }: Credentialed['client'],
  env: Readonly<Record<string, string>>,
): string | null {
  const home = env[homeIn]
  if (home) return join(home, login.inHome)
  return env['HOME'] ? join(env['HOME'], login.inUser) : null
}

/** Why a stored login is over, where it says so and holds nothing to renew itself with. */
function overIn(text: string, now: number): string | null {
  try {
    const found = JSON.parse(text) as Record<string, unknown>
    const own = (found['claudeAiOauth'] ?? found) as Record<string, unknown>
    const renews = own['refreshToken'] ?? own['refresh_token']
    const until = Number(own['expiresAt'] ?? own['expiry_date'] ?? Number.NaN)
    if (renews || Number.isNaN(until) || until > now) return null
    return `its login ran out at ${new Date(until).toISOString()} and cannot renew itself`
  } catch {
    return null // not JSON, or not ours to read: nothing speaks against it
  }
}

async function valuesOf({ envFiles = {} }: SessionEnvironment): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const [name, path] of Object.entries(envFiles)) {
    const value = await secretAt(name, path)
    if (value === '') throw missing(name, path, 'is empty')
    values[name] = value
  }
  return values
}

async function secretAt(name: string, path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    throw missing(name, path, `cannot be read (${systemCode(error) ?? 'unknown'})`)
  }
}

const missing = (name: string, path: string, why: string) =>
  refused(
    'agent.secret_missing',
    `${path}, which holds ${name}, ${why}`,
    'put the secret there, readable for the user who runs `midwatch up`',
  )

const quietRead = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The salt of this state folder. One that cannot be kept is good for this process: prints then seem new once. */
function saltIn(path: string): Buffer {
  try {
    const kept = readFileSync(path)
    if (kept.length >= 16) return kept
  } catch {
    // made below
  }
  const salt = randomBytes(32)
  try {
    writeFileSync(path, salt, { mode: 0o600, flag: 'wx' })
  } catch {
    return quietSalt(path) ?? salt
  }
  return salt
}

function quietSalt(path: string): Buffer | null {
  try {
    const kept = readFileSync(path)
    return kept.length >= 16 ? kept : null
  } catch {
    return null
  }
}
