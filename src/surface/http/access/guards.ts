// What a request must be before anything looks at what it wants: for us by name (DNS rebinding), from our own page where a
// browser writes (CSRF), and by somebody who may.

import { sameSecret } from '../../../base/ids.ts'
import { csrfHeader } from '../contract.ts'
import type { Role } from '../contract/route.ts'
import { refuse } from '../problem.ts'
import type { Who } from './who.ts'

const addressPattern = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]|localhost)(:\d{1,5})?$/

/**
 * Refuses a request that names somebody else. A page of a stranger may make a name of its own point here, but it cannot
 * make an address; so addresses, `localhost` and the configured names are ours, and no other name is.
 */
export function checkHost(host: string | undefined | null, names: readonly string[]): void {
  const bare = (host ?? '').toLowerCase()
  if (addressPattern.test(bare)) return
  if (
    names.some(
      (name) => name.toLowerCase() === bare || name.toLowerCase() === bare.replace(/:\d+$/, ''),
    )
  )
    return
  throw refuse(
    421,
    'access.host',
    'this name is none of ours',
    'ask by address, or add the name to `http: { hosts: [NAME] }` in midwatch.yaml',
  )
}

const isWrite = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

/** Refuses what a stranger's page sends in a signed-in browser. Tokens are sent by programs, and need none of this. */
export function checkOrigin(request: Request, who: Who | null): void {
  const origin = request.headers.get('origin')
  const host = request.headers.get('host')
  const site = request.headers.get('sec-fetch-site')
  if (origin !== null && !isSame(origin, host)) throw foreign()
  if (site !== null && site !== 'same-origin' && site !== 'none') throw foreign()
  if (!isWrite(request.method) || who?.via !== 'cookie') return
  const given = request.headers.get(csrfHeader) ?? ''
  if (who.csrf !== null && sameSecret(given, who.csrf)) return
  throw refuse(
    403,
    'access.csrf',
    'the request does not show that our page wrote it',
    `send the \`csrf\` of GET /api/me as ${csrfHeader}`,
  )
}

const isSame = (origin: string, host: string | null): boolean =>
  URL.canParse(origin) && new URL(origin).host === (host ?? '').toLowerCase()

const foreign = () =>
  refuse(
    403,
    'access.origin',
    'the request comes from the page of somebody else',
    'open the page by the address it is asked for',
  )

/** Refuses whoever may not. */
export function checkRights(rights: readonly Role[], who: Who | null): void {
  if (rights.length === 0) return
  if (who === null)
    throw refuse(
      401,
      'access.nobody',
      'nobody is signed in here',
      '`midwatch open` signs a browser in; programs send a token as `Authorization: Bearer …`',
      { 'www-authenticate': 'Bearer realm="midwatch"' },
    )
  if (rights.includes(who.role)) return
  throw refuse(
    403,
    'access.rights',
    who.role === 'attempt'
      ? 'a session may not do this: it acts with the rights of its own attempt'
      : `a ${who.role} may not do this`,
    who.role === 'attempt'
      ? 'a session reads its own task, reports about it and adds tasks; the rest is for a person'
      : 'an operator may; `midwatch open` signs one in',
  )
}

/** Refuses a session that reaches for what is not its own. */
export function checkOwn(who: Who, taskId: number): void {
  if (who.attempt === null || who.attempt.taskId === taskId) return
  throw refuse(
    403,
    'access.not_own_task',
    `this session works on task ${who.attempt.taskId}, not on task ${taskId}`,
    'a session speaks for its own task alone',
  )
}
