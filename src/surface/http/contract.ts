// The one description of the API: what may be asked, by whom, with which words, and what is answered. Validation, rights,
// OpenAPI, the client of the page and the generated tests read it, so they cannot disagree.

import { accountRoutes } from './contract/accounts.ts'
import { attemptRoutes } from './contract/attempts.ts'
import { calmRoutes } from './contract/calm.ts'
import { convoyRoutes } from './contract/convoys.ts'
import { fleetRoutes } from './contract/fleet.ts'
import { keyRoutes } from './contract/keys.ts'
import { ledgerRoutes } from './contract/ledger.ts'
import { laneRoutes } from './contract/lanes.ts'
import type { AnswerOf, Asking, Route } from './contract/route.ts'
import { scheduleRoutes } from './contract/schedules.ts'
import { sessionRoutes } from './contract/session.ts'
import { sessionWorkRoutes } from './contract/session-work.ts'
import { spendingRoutes } from './contract/spending.ts'
import { taskRoutes } from './contract/tasks.ts'
import { waitingRoutes } from './contract/waiting.ts'

export const routes = {
  ...sessionRoutes,
  ...fleetRoutes,
  ...taskRoutes,
  ...attemptRoutes,
  ...laneRoutes,
  ...ledgerRoutes,
  ...waitingRoutes,
  ...convoyRoutes,
  ...spendingRoutes,
  ...scheduleRoutes,
  ...sessionWorkRoutes,
  ...keyRoutes,
  ...calmRoutes,
  ...accountRoutes,
} as const satisfies Record<string, Route>

export type Routes = typeof routes
export type RouteName = keyof Routes
/** What a route answers, as the page reads it. */
export type Answer<N extends RouteName> = AnswerOf<Routes[N]>
/** What it is asked with: parts of the path, query and body in one. */
export type Ask<N extends RouteName> = Asking<Routes[N]>

/** The header by which a browser shows that its page, and no other, wrote the request. */
export const csrfHeader = 'x-midwatch-csrf'
