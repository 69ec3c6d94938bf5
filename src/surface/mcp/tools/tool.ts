// One tool of MCP: which route it calls, and what follows from calling it.

import type { RouteName } from '../../http/contract.ts'
import type { Role } from '../../http/contract/route.ts'

export interface Tool {
  readonly name: string
  readonly route: RouteName
  /** What it does, and what follows. */
  readonly about: string
  readonly for: readonly Role[]
  /** Parts of the path that are the session's own, and so are not asked for. */
  readonly own?: 'task' | 'attempt'
  readonly readOnly?: true
  readonly destructive?: true
}

export function tool(
  name: string,
  route: RouteName,
  roles: readonly Role[],
  about: string,
  more: Partial<Tool> = {},
): Tool {
  return { name, route, about, for: roles, ...more }
}
