// Every migration, oldest first. The list only grows at its end.

import { ground } from './0001-ground.ts'
import { guards } from './0002-guards.ts'
import { gates } from './0003-gates.ts'
import { mechanisms } from './0004-mechanisms.ts'
import { effects } from './0005-effects.ts'
import { reconcile } from './0006-reconcile.ts'
import { choices } from './0007-choices.ts'
import { together } from './0008-together.ts'
import { hosts } from './0009-hosts.ts'
import { waits } from './0010-waits.ts'
import { kept } from './0011-kept.ts'
import { reviewsLive } from './0013-reviews-live.ts'
import { locks } from './0012-locks.ts'
import { replies } from './0018-replies.ts'
import { pulses } from './0014-pulses.ts'
import { firings } from './0015-firings.ts'
import { audit } from './0016-audit.ts'
import { holdsOfTask } from './0017-holds-of-task.ts'
import { duties } from './0019-duties.ts'
import { quotas } from './0020-quotas.ts'
import { schedules } from './0021-schedules.ts'
import { troubles } from './0022-troubles.ts'
import { ownWaits } from './0023-own-waits.ts'
import { sensors } from './0024-sensors.ts'
import { provenance } from './0025-provenance.ts'
import { hostSteps } from './0026-host-steps.ts'
import { spending } from './0027-spending.ts'
import { workKept } from './0028-work-kept.ts'
import { hostClocks } from './0029-host-clocks.ts'
import { factIds } from './0030-fact-ids.ts'
import { lighterWrites } from './0031-lighter-writes.ts'
import type { Migration } from './contract.ts'

export const migrations: readonly Migration[] = [
  ground,
  guards,
  gates,
  mechanisms,
  effects,
  reconcile,
  choices,
  together,
  hosts,
  waits,
  kept,
  locks,
  reviewsLive,
  pulses,
  firings,
  audit,
  holdsOfTask,
  replies,
  duties,
  quotas,
  schedules,
  troubles,
  ownWaits,
  sensors,
  provenance,
  hostSteps,
  spending,
  workKept,
  hostClocks,
  factIds,
  lighterWrites,
]
