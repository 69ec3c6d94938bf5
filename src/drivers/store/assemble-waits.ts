// The verbs of what waits, over an executor: looks, questions, mechanisms. A part of assemble.ts.

import type { AuditVerbs } from './contract/audit.ts'
import type { ScheduleVerbs } from './contract/schedules.ts'
import type { LockVerbs } from './contract/locks.ts'
import type { MechanismVerbs } from './contract/mechanisms.ts'
import type { WaitVerbs } from './contract/waits.ts'
import type { CalmVerbs } from './contract/calm.ts'
import type { Executor, Script } from './script.ts'
import * as audits from './verbs/audit.ts'
import { countFollowers } from './verbs/after.ts'
import { ask, waitFor } from './verbs/ask.ts'
import { waitingForCalm, waiveCalm } from './verbs/calm-tasks.ts'
import * as locks from './verbs/locks.ts'
import * as mechanismVerbs from './verbs/mechanisms.ts'
import * as scheduling from './verbs/schedules.ts'
import * as waits from './verbs/waits.ts'
import * as windows from './verbs/windows.ts'
import * as work from './verbs/work.ts'

type All = WaitVerbs & MechanismVerbs & LockVerbs & CalmVerbs & AuditVerbs & ScheduleVerbs

export const waitVerbs = (executor: Executor): All => ({
  ...lockVerbs(executor),
  ...windowVerbs(executor),
  ...holdVerbs(executor),
  ...auditVerbs(executor),
  ...scheduleVerbs(executor),
})

const holdVerbs = ({ write, read }: Executor): WaitVerbs & MechanismVerbs => ({
  reportMechanism: (input) => write(() => mechanismVerbs.reportMechanism(input), 'quiet'),
  mechanisms: () => read(mechanismVerbs.mechanisms, 'live mechanisms'),
  holdById: (id) => read(() => waits.holdById(id), `hold ${id}`),
  takeLooks: async (input) => {
    const next = await read(() => waits.nextLook(input.kind), `nextLook ${input.kind}`)
    return next !== null && next <= input.now ? await write(() => waits.takeLooks(input)) : []
  },
  noteLook: (input) => write(() => waits.noteLook(input)),
  lookAgain: (input) => write(() => waits.lookAgain(input)),
  remind: (input) => write(() => waits.remind(input)),
  answer: (input) => write(() => waits.answer(input)),
  waitingForPersons: (input) => read(() => waits.waitingForPersons(input)),
  countFollowers: (taskId) => read(() => countFollowers(taskId)),
  ask: (input) => write(() => ask(input)),
  waitFor: (input) => write(() => waitFor(input)),
})

const lockVerbs = ({ write, read }: Executor): LockVerbs => ({
  acquireLock: (input) => write(() => locks.acquireLock(input)),
  renewLock: (input) => write(() => locks.renewLock(input)),
  releaseLock: (input) => write(() => locks.releaseLock(input)),
  locks: (filter) => read(() => locks.locks(filter)),
  claimWork: (input) => write(() => work.claimWork(input)),
  completeWork: (input) => write(() => work.completeWork(input)),
  abandonWork: (input) => write(() => work.abandonWork(input)),
  forgetWork: (input) => write(() => work.forgetWork(input)),
  workKeys: (filter) => read(() => work.workKeys(filter)),
  sweepLocks: (input) => write(() => sweepLocks(input)),
})

const windowVerbs = ({ write, read }: Executor): CalmVerbs => ({
  judgeWindow: (input) => write(() => windows.judgeWindow(input)),
  windows: (host) => read(() => windows.windows(host)),
  openings: (filter) => read(() => windows.openings(filter)),
  waitingForCalm: (input) => read(() => waitingForCalm(input)),
  waiveCalm: (input) => write(() => waiveCalm(input)),
})

const scheduleVerbs = ({ write, read }: Executor): ScheduleVerbs => ({
  knowSchedule: (input) => write(() => scheduling.knowSchedule(input)),
  fireSchedule: (input) => write(() => scheduling.fireSchedule(input)),
  retireSchedules: (input) => write(() => scheduling.retireSchedules(input)),
  schedules: () => read(scheduling.schedules, 'schedules'),
  scheduleFirings: (input) => read(() => scheduling.scheduleFirings(input)),
})

const auditVerbs = ({ write, read }: Executor): AuditVerbs => ({
  auditHolds: (input) => read(() => audits.auditHolds(input), `auditHolds ${input.overdueBefore}`),
  noteRefusals: (input) => write(() => audits.noteRefusals(input), 'quiet'),
  refusalsAt: (input) => read(() => audits.refusalsAt(input)),
})

/** See Store.sweepLocks. */
function* sweepLocks({ now, limit }: { now: number; limit: number }): Script<{ freed: number }> {
  const freed = (yield* locks.sweepLockRows(now, limit)) + (yield* work.sweepWorkRows(now, limit))
  return { freed }
}
