// The loss of another host's attempt: recorded while the lease that it was judged by stands, and not once that was renewed.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { endLost, type SettleDeps } from '../../../src/lifecycle/settle/settle.ts'
import { vanished } from '../../../src/lifecycle/launch/confirm.ts'
import { taken } from '../../drivers/store/conformance/wants.ts'

let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

test('who renewed since its lease was read is not lost, and who did not is', async () => {
  const { attempt } = await taken(store)
  const deps = { store, clock: systemClock } as SettleDeps
  await store.renew({ host: attempt.host, leaseUntil: attempt.leaseUntil + 1, now: 0 })
  expect(await endLost(deps, attempt, vanished)).toBe(false)
  const read = await store.attempt(attempt.id)
  expect(read).toMatchObject({ state: 'claimed', verdict: null })
  expect(read !== null && (await endLost(deps, read, vanished))).toBe(true)
  expect(await store.attempt(attempt.id)).toMatchObject({
    state: 'ended',
    verdict: { class: 'lost' },
  })
})
