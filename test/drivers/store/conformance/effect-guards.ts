// What no statement may do to an effect, whoever sends it.

import { expect } from 'vitest'

import type { Store } from '../../../../src/drivers/store/contract.ts'
import { effectArrows, effectStates, isLegal } from '../../../../src/model/transitions.ts'
import { doubt, fail, perform, reserve } from './effects.ts'
import { conformance, type World } from './world.ts'
import { enqueue, passed, t0 } from './wants.ts'

export const guardedLedger = conformance('the guards of the ledger', {
  'of all arrows between the states of an effect exactly the legal ones pass, by any statement':
    async (world) => {
      for (const from of effectStates)
        for (const to of effectStates) {
          if (from === to) continue
          const key = `${from}>${to}`
          await effectIn(world.store, key, from)
          const moved = await passes(world, `UPDATE effects SET ${as(to)} WHERE key = '${key}'`)
          expect(`${key}: ${moved}`).toBe(`${key}: ${isLegal(effectArrows, from, to)}`)
        }
    },

  'what was performed is neither changed, replaced nor deleted by any statement': async (world) => {
    await enqueue(world.store)
    await effectIn(world.store, 'k', 'performed')
    const before = await world.store.effect('k')
    const columns =
      'key, kind, params_hash, params_json, state, epoch, holder_json, created_at, reserved_at, until, since, by, reason, asked'
    const values = `VALUES ('k', 'mail', 'x', '{}', 'reserved', 1, '{}', 1, 1, 1, 1, 'x', '', 0)`
    for (const attack of [
      "UPDATE effects SET result_json = '{}'",
      'UPDATE effects SET epoch = 7',
      'UPDATE effects SET since = 1',
      "UPDATE effects SET key = 'other'",
      "UPDATE effects SET params_hash = 'other'",
      'DELETE FROM effects',
      `INSERT INTO effects (${columns}) ${values}`,
      ...(world.dialect === 'sqlite'
        ? [
            `INSERT OR REPLACE INTO effects (${columns}) ${values}`,
            `REPLACE INTO effects (id, ${columns}) VALUES (1, ${values.slice(8)}`,
          ]
        : ['TRUNCATE effects']),
    ])
      expect(`${attack}: ${await passes(world, attack)}`).toBe(`${attack}: false`)
    expect(await world.store.effect('k')).toEqual(before)
  },
})

/** An effect brought into a state by its verbs. */
async function effectIn(store: Store, key: string, state: string): Promise<void> {
  await reserve(store, { key })
  if (state === 'performed') passed(await perform(store, 1, key))
  if (state === 'failed') passed(await fail(store, 1, key))
  if (state === 'uncertain') passed(await doubt(store, 1, t0, key))
}

const as = (state: string): string =>
  state === 'performed'
    ? "state = 'performed', result_json = '{}', ask_at = NULL"
    : state === 'reserved'
      ? "state = 'reserved', result_json = NULL, ask_at = NULL, epoch = epoch + (CASE WHEN state = 'failed' THEN 1 ELSE 0 END)"
      : `state = '${state}', result_json = NULL, ask_at = NULL`

const passes = ({ sql }: World, text: string): Promise<boolean> =>
  sql(text).then(
    () => true,
    () => false,
  )
