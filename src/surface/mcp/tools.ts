// The tools of MCP: which route each calls, and what follows from calling it, in words for whoever reads only those. A tool
// has no powers of its own: it is a route of the API, asked with the rights of the token that was brought along.

import { routes } from '../http/contract.ts'
import type { Role, Route } from '../http/contract/route.ts'
import { effectTools } from './tools/effects.ts'
import { personTools } from './tools/person.ts'
import { sessionTools } from './tools/session.ts'
import type { Tool } from './tools/tool.ts'

export const tools: readonly Tool[] = [...sessionTools, ...effectTools, ...personTools]

/** The route of a tool. */
export const routeOf = ({ route }: Tool): Route => routes[route]

/** The tools of a role: those whose route lets it. */
export const toolsFor = (role: Role): readonly Tool[] =>
  tools.filter((one) => one.for.includes(role) && routeOf(one).rights.includes(role))
