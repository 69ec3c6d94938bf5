// Who asks: a browser with our signed cookie, a program with a token, or a session with the token of its attempt. The
// cookie keeps no state here, so that signing in outlives the daemon; renewing the secret ends every one of them.

import { hashOf, readToken, sameSecret, sealOf } from '../../../base/ids.ts'
import type { Access } from '../../../drivers/access/contract.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { Role } from '../contract/route.ts'
import type { House } from '../house.ts'
import { refuse } from '../problem.ts'

export interface Who {
  readonly role: Role
  /** The name that stands with what is done. */
  readonly by: string
  readonly via: 'cookie' | 'token'
  /** A session's own attempt. */
  readonly attempt: Attempt | null
  /** What a browser has to send along with a write. */
  readonly csrf: string | null
  /** Whom rates and replays are counted for. */
  readonly key: string
}

const dayMs = 86_400_000
export const cookieDays = 30

/** The cookie's name: ports share cookies, fleets must not. */
export const cookieName = (fleetId: string): string => `midwatch_${fleetId.slice(0, 8)}`

/** A cookie's value for this role and name. */
export function makeCookie(
  { secret }: Access,
  role: 'viewer' | 'operator',
  by: string,
  now: number,
  nonce: string,
): string {
  const payload = [role, Buffer.from(by).toString('base64url'), now, nonce].join('.')
  return `${payload}.${sealOf(secret, `cookie ${payload}`)}`
}

/** Who the cookie is for; null when it is none of ours, or too old. */
export function readCookie({ secret }: Access, value: string, now: number): Who | null {
  const parts = value.split('.')
  const [role, name = '', at, nonce = '', seal = ''] = parts
  if (parts.length !== 5 || (role !== 'viewer' && role !== 'operator')) return null
  if (!sameSecret(seal, sealOf(secret, `cookie ${parts.slice(0, 4).join('.')}`))) return null
  const age = now - Number(at)
  if (!(age > -dayMs && age < cookieDays * dayMs)) return null
  return {
    role,
    by: Buffer.from(name, 'base64url').toString(),
    via: 'cookie',
    attempt: null,
    csrf: sealOf(secret, `csrf ${nonce}`).slice(0, 32),
    key: `cookie:${nonce}`,
  }
}

/** Who asks; null for nobody in particular. Throws Refused for a token that is not good. */
export async function whoAsks(house: House, request: Request): Promise<Who | null> {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (bearer !== undefined) return await byToken(house, bearer)
  if (request.headers.has('authorization'))
    throw unfit('the Authorization header is no bearer token')
  const name = cookieName(house.store.fleetId)
  const value = cookieIn(request.headers.get('cookie') ?? '', name)
  return value === null ? null : readCookie(house.access(), value, house.clock.now())
}

async function byToken(house: House, token: string): Promise<Who> {
  const { operator, viewer } = house.access()
  for (const [role, secret] of [
    ['operator', operator],
    ['viewer', viewer],
  ] as const)
    if (sameSecret(token, secret))
      return { role, by: role, via: 'token', attempt: null, csrf: null, key: role }
  const parts = readToken(token)
  if (parts === null) throw unfit('the token is none of this fleet')
  const { attemptId, secret } = parts
  if (!(await house.store.tokenFits(attemptId, hashOf(secret))))
    throw unfit('the token is none of this fleet')
  const attempt = await house.store.attempt(attemptId)
  if (attempt === null) throw unfit('the attempt of this token is gone')
  const by = `attempt ${attemptId}`
  return { role: 'attempt', by, via: 'token', attempt, csrf: null, key: by }
}

const unfit = (sentence: string) =>
  refuse(
    401,
    'access.token',
    sentence,
    '`midwatch open --print` shows a link; a session uses the token it was started with',
    { 'www-authenticate': 'Bearer realm="midwatch"' },
  )

function cookieIn(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}
