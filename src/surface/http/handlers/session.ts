// How people come in: a one-time link for a browser, and the cookie it turns into.

import { isoTime } from '../../../base/when.ts'
import { sameSecret } from '../../../base/ids.ts'
import { cookieDays, cookieName, makeCookie, readCookie, type Who } from '../access/who.ts'
import type { sessionRoutes } from '../contract/session.ts'
import type { House } from '../house.ts'
import { refuse } from '../problem.ts'
import type { Handlers } from './call.ts'

export const sessionHandlers: Handlers<keyof typeof sessionRoutes> = {
  me: ({ house, who }) => meView(house, who),
  makeLink({ links, body }) {
    const { code, expiresAt } = links.make(body)
    return { path: `/enter#${code}`, expiresAt: isoTime(expiresAt) }
  },
  enter({ house, links, body, header }) {
    const ticket = links.take(body.code) ?? ticketOf(house, body.code)
    if (ticket === null)
      throw refuse(
        401,
        'access.link_used',
        'this link was used already, or is older than two minutes',
        '`midwatch open` makes a new one',
      )
    const now = house.clock.now()
    const value = makeCookie(house.access(), ticket.role, ticket.by, now, house.random.hex(16))
    header('set-cookie', cookieHeader(house, value, cookieDays * 86_400))
    const who = readCookie(house.access(), value, now)
    if (who === null) throw new TypeError('a cookie made now is good now')
    return meView(house, who)
  },
  leave({ house, header }) {
    header('set-cookie', cookieHeader(house, '', 0))
    return { left: true }
  },
}

/** A person may also paste a token of the fleet, where no link can be made. */
function ticketOf(house: House, code: string): { role: 'viewer' | 'operator'; by: string } | null {
  const { operator, viewer } = house.access()
  if (sameSecret(code, operator)) return { role: 'operator', by: 'operator' }
  return sameSecret(code, viewer) ? { role: 'viewer', by: 'viewer' } : null
}

const meView = (house: House, who: Who) => ({
  role: who.role,
  by: who.by,
  fleet: house.current().config.name,
  attempt: who.attempt?.id ?? null,
  csrf: who.csrf,
})

const cookieHeader = ({ store }: House, value: string, maxAge: number): string =>
  `${cookieName(store.fleetId)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`
