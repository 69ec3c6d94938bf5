// Every route's handler. The type sees to it that none is missing.

import { accountHandlers } from './handlers/accounts.ts'
import { agentHandlers } from './handlers/agents.ts'
import { attemptHandlers } from './handlers/attempts.ts'
import type { Handlers } from './handlers/call.ts'
import { calmHandlers } from './handlers/calm.ts'
import { convoyHandlers } from './handlers/convoys.ts'
import { fleetHandlers } from './handlers/fleet.ts'
import { hostHandlers } from './handlers/hosts.ts'
import { keyHandlers } from './handlers/keys.ts'
import { laneHandlers } from './handlers/lanes.ts'
import { ledgerHandlers } from './handlers/ledger.ts'
import { scheduleHandlers } from './handlers/schedules.ts'
import { sessionHandlers } from './handlers/session.ts'
import { sessionWorkHandlers } from './handlers/session-work.ts'
import { spendingHandlers } from './handlers/spending.ts'
import { taskHandlers } from './handlers/tasks.ts'
import { waitingHandlers } from './handlers/waiting.ts'

export const handlers: Handlers = {
  ...sessionHandlers,
  ...fleetHandlers,
  ...hostHandlers,
  ...taskHandlers,
  ...attemptHandlers,
  ...laneHandlers,
  ...agentHandlers,
  ...ledgerHandlers,
  ...waitingHandlers,
  ...convoyHandlers,
  ...spendingHandlers,
  ...scheduleHandlers,
  ...sessionWorkHandlers,
  ...keyHandlers,
  ...calmHandlers,
  ...accountHandlers,
}
