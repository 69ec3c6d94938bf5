// Locks and work keys as they are told in JSON, by the command line and the API alike (docs/cli.md).

import { isoTime } from '../../base/when.ts'
import type { LockState, WorkKey } from '../../model/lock.ts'

const time = (ms: number | null): string | null => (ms === null ? null : isoTime(ms))

export const lockShape = (one: LockState) => ({
  name: one.name,
  epoch: one.epoch,
  holder: one.free ? null : one.holder,
  attempt: one.attemptId,
  since: isoTime(one.since),
  until: time(one.until),
  free: one.free,
})

export const workShape = (one: WorkKey) => ({
  key: one.key,
  state: one.state,
  epoch: one.epoch,
  holder: one.holder,
  attempt: one.attemptId,
  task: one.taskId,
  since: isoTime(one.since),
  until: time(one.until),
  note: one.note,
})
