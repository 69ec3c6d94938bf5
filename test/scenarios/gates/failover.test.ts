// Incident 45: a failover went into an engine that was dead, 936 times. Here an account is looked at before anything is sent there, and one
// that is known to be dead gets nothing, however much work waits.

import { afterEach, expect, test } from 'vitest'

import { accountIn } from '../../../src/model/account.ts'
import { DispatchTown } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const began = 1_800_000_000_000
const resetAt = began + 5 * hour
const route = (account: string) => ({
  account,
  model: null,
  lanes: ['provider:anthropic', `account:${account}`, 'cli:claude'],
})

let town: DispatchTown
afterEach(() => {
  expect(town.errors).toEqual([])
  return town.stop()
})

test('936 tasks whose account has reached its limit send nothing into a dead one (incident 45)', async () => {
  town = new DispatchTown({
    agents: [{ name: 'ann', slots: 8, routes: [route('team'), route('dead')] }],
    testedLanes: ['account:team', 'account:dead'],
    selfTest: async (lane) => ({
      said: lane === 'account:dead' ? 'failed' : 'none',
      evidence: 'there is no login',
      print: null,
    }),
    fate: ({ lanes, now }) =>
      accountIn(lanes) === 'dead'
        ? { ends: 'auth_error' }
        : now < resetAt
          ? { ends: 'rate_limited', more: { resetAt } }
          : { ends: 'success', afterMs: minute },
  })
  await town.add(936)
  await town.run(5 * hour - minute)
  const claimed = (await town.store.facts({ kinds: ['attempt.claimed'], limit: 9_999 })).flatMap(
    ({ body }) => (body.kind === 'attempt.claimed' ? [accountIn(body.lanes)] : []),
  )
  expect(claimed).not.toContain('dead')
  expect(claimed.length).toBeLessThanOrEqual(8)
  expect(await town.store.counts()).toMatchObject({ ready: 936, failed: 0 })
  await town.run(4 * hour)
  expect(await town.store.counts()).toMatchObject({ done: 936, failed: 0 })
  const told = await town.store.incidents({ openOnly: true, limit: 9 })
  expect(told.map(({ key }) => key)).toEqual(['gate:account:dead'])
}, 60_000)
