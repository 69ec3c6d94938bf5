// Every checker, in the order in which they look.

import { arrows } from './arrows.ts'
import { attemptsBounded } from './attempts.ts'
import { blame } from './blame.ts'
import { caps } from './caps.ts'
import { calm } from './calm.ts'
import { locks } from './locks.ts'
import { schedules } from './schedules.ts'
import type { Checker } from './contract.ts'
import { effects } from './effects.ts'
import { errors } from './errors.ts'
import { futile } from './futile.ts'
import { gates } from './gates.ts'
import { holds } from './holds.ts'
import { messages } from './messages.ts'
import { mended } from './mended.ts'
import { outcomes } from './outcomes.ts'
import { convoys } from './convoys.ts'
import { reviews } from './reviews.ts'
import { recovery } from './recovery.ts'
import { settled } from './settled.ts'
import { spending } from './spending.ts'
import { starts } from './starts.ts'
import { circles } from './circles.ts'
import { configs } from './config.ts'
import { duties } from './duties.ts'
import { homes } from './homes.ts'
import { idle } from './idle.ts'
import { keys } from './keys.ts'
import { kept } from './kept.ts'
import { looks } from './looks.ts'
import { losses } from './losses.ts'
import { pages } from './pages.ts'
import { proven } from './proven.ts'
import { provenance } from './provenance.ts'
import { outputs } from './outputs.ts'
import { reports } from './reports.ts'
import { rights } from './rights.ts'
import { sensors } from './sensors.ts'
import { second } from './second.ts'
import { secrets } from './secrets.ts'
import { served } from './served.ts'
import { stops } from './stops.ts'
import { timeLimits } from './limits.ts'
import { unread } from './unread.ts'
import { waits } from './waits.ts'
import { wants } from './wants.ts'
import { worktrees } from './worktrees.ts'
import { watchers } from './watchers.ts'

export const checkers: readonly Checker[] = [
  arrows,
  settled,
  starts,
  caps,
  spending,
  calm,
  locks,
  schedules,
  blame,
  outcomes,
  attemptsBounded,
  holds,
  mended,
  gates,
  messages,
  effects,
  reviews,
  convoys,
  recovery,
  futile,
  circles,
  configs,
  duties,
  homes,
  idle,
  keys,
  kept,
  looks,
  losses,
  pages,
  proven,
  provenance,
  outputs,
  reports,
  rights,
  sensors,
  second,
  secrets,
  served,
  stops,
  timeLimits,
  unread,
  waits,
  wants,
  watchers,
  worktrees,
  errors,
]
