// An effect as JSON; documented in docs/cli.md.

import { isoTime } from '../../../base/when.ts'
import type { Effect } from '../../../model/effect.ts'

export const effectShape = (effect: Effect) => ({
  id: effect.id,
  key: effect.key,
  kind: effect.kind,
  state: effect.state,
  paramsHash: effect.paramsHash,
  params: effect.params,
  check: effect.check?.command ?? null,
  epoch: effect.epoch,
  taskId: effect.taskId,
  attemptId: effect.holder.attemptId,
  process:
    effect.holder.process === null
      ? null
      : { host: effect.holder.process.host, pid: effect.holder.process.pid },
  createdAt: isoTime(effect.createdAt),
  reservedAt: isoTime(effect.reservedAt),
  until: isoTime(effect.until),
  settledAt:
    effect.state === 'performed' || effect.state === 'failed' ? isoTime(effect.settledAt) : null,
  by: effect.state === 'performed' || effect.state === 'failed' ? effect.by : null,
  reason: effect.state === 'failed' || effect.state === 'uncertain' ? effect.reason : null,
  askAt: effect.state === 'uncertain' && effect.askAt !== null ? isoTime(effect.askAt) : null,
  result: effect.state === 'performed' ? effect.result : null,
})
