// Rows of effects become model nouns here and nowhere else.

import { present } from '../../base/assert.ts'
import type { Effect, EffectCheck, EffectHolder, EffectResult } from '../../model/effect.ts'
import type { EffectsTable } from './schema.ts'

export type EffectRow = Omit<EffectsTable, 'id'> & { id: number }

export function effectFromRow(row: EffectRow): Effect {
  const common = {
    id: Number(row.id),
    key: row.key,
    kind: row.kind,
    paramsHash: row.params_hash,
    params: JSON.parse(row.params_json) as Effect['params'],
    check: row.check_json === null ? null : (JSON.parse(row.check_json) as EffectCheck),
    epoch: row.epoch,
    holder: JSON.parse(row.holder_json) as EffectHolder,
    taskId: row.task_id,
    reservedAt: row.reserved_at,
    until: row.until,
    createdAt: row.created_at,
  }
  const { state, since, by, reason } = row
  switch (state) {
    case 'reserved':
      return { ...common, state }
    case 'performed': {
      const result = present(row.result_json, 'a performed effect has a result')
      return { ...common, state, settledAt: since, by, result: JSON.parse(result) as EffectResult }
    }
    case 'failed':
      return { ...common, state, settledAt: since, by, reason }
    case 'uncertain':
      return { ...common, state, since, reason, askAt: row.ask_at, asked: row.asked }
    default:
      throw new Error(`assertion broken: effect ${row.id} has the unknown state ${state}`)
  }
}
