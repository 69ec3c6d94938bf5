// What is spent is kept within what may be (incident 57): a cap shuts its lane before the next start, until its period is over.

import { beforeEach, expect, test } from 'vitest'

import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { keepWithin } from '../../../src/loops/budget/loop.ts'
import type { BudgetConfig } from '../../../src/model/budget.ts'
import { claimInput, claimOne, failure, t0, want } from '../../drivers/store/conformance/wants.ts'

const day = 86_400_000
let now = 0
let store: Store
const clock = { now: () => now, monotonicMs: () => 0, sleep: async () => {} }
beforeEach(() => {
  now = Math.floor(t0 / day) * day + 3_600_000
  store = openSqlite({ path: ':memory:', clock, random: systemRandom })
})

const free: BudgetConfig = {
  prices: {},
  fleet: { dayUsd: null, monthUsd: null },
  accounts: {},
  attemptUsd: null,
  taskUsd: null,
  reserve: 0,
}
const lanes = ['account:main', 'budget:fleet', 'budget:main', 'fleet']
const keep = (budget: Partial<BudgetConfig>) =>
  keepWithin(
    {
      ...{ store, clock, budget: () => null, fired: () => {}, onError: () => {} },
      limits: () => ({ pollMs: 1_000 }),
    },
    { ...free, ...budget },
  )

/** A session that cost so much, of a task that is ready again. */
async function spend(costUsd: number): Promise<number> {
  await store.enqueue({ ...want(), now })
  const { attempt, task } = await claimOne(store, { lanes, now })
  const usage = { inputTokens: 1, outputTokens: 1, costUsd, turns: 1, sessionId: null }
  await store.end({ attemptId: attempt.id, verdict: failure, usage, now })
  const back = { taskId: task.id, attemptId: attempt.id, holds: [], charged: true }
  await store.giveBack({ ...back, reason: 'again', now })
  return task.id
}
const gates = async () =>
  (await store.gates())
    .map(({ lane, state }) => `${lane} ${state}`)
    .filter((one) => !/passing/.test(one))

test('a day’s cap shuts its lane before the next start, and the next day opens it', async () => {
  const budget = { accounts: { main: { dayUsd: 5, monthUsd: null } } }
  await spend(4)
  await keep(budget)
  expect(await gates()).toEqual([])
  await spend(1)
  await keep(budget)
  expect(await gates()).toEqual(['budget:main pinned'])
  const refused = await store.claim(await claimInput(store, { lanes, now }))
  expect(refused.claimed).toEqual([])
  expect(refused.refused?.sentence).toContain('budget:main')
  const [gate] = (await store.gates()).filter((one) => one.lane === 'budget:main')
  expect(gate).toMatchObject({ until: Math.floor(t0 / day) * day + day, by: 'budget' })
  now += day
  await keep(budget)
  expect(await gates()).toEqual([])
})

test('a raised cap opens the lane at once; a person’s own pin of it stays', async () => {
  await spend(5)
  await keep({ fleet: { dayUsd: 5, monthUsd: null } })
  expect(await gates()).toEqual(['budget:fleet pinned'])
  await keep({ fleet: { dayUsd: 9, monthUsd: null } })
  expect(await gates()).toEqual([])
  await store.pin({ lane: 'budget:fleet', by: 'ann', reason: 'enough', until: null, now })
  await keep({ fleet: { dayUsd: 9, monthUsd: null } })
  expect(await gates()).toEqual(['budget:fleet pinned'])
})

test('a session that has spent its own cap is asked to stop, once', async () => {
  await store.enqueue({ ...want(), now })
  const { attempt } = await claimOne(store, { lanes, now })
  const usage = { inputTokens: 1, outputTokens: 1, costUsd: 2, turns: 1, sessionId: null }
  await store.note({ attemptId: attempt.id, bodies: [], usage, now })
  await keep({ attemptUsd: 3 })
  expect((await store.attempt(attempt.id))?.stop).toBeNull()
  await keep({ attemptUsd: 2 })
  expect((await store.attempt(attempt.id))?.stop).toMatchObject({ by: 'budget' })
})

test('a task that cost too much waits for a person, who is asked once', async () => {
  const dear = await spend(7)
  await keep({ taskUsd: 6 })
  const holds = await store.holdsOf(dear, true)
  expect(holds).toMatchObject([{ kind: 'person' }])
  await store.release({ holdId: holds[0]?.id ?? 0, by: 'ann', now })
  await keep({ taskUsd: 6 })
  expect(await store.holdsOf(dear, true)).toEqual([])
})

test('what another account or an earlier day spent counts nowhere else', async () => {
  await spend(50)
  now += day
  await keep({
    fleet: { dayUsd: 5, monthUsd: null },
    accounts: { other: { dayUsd: 1, monthUsd: 1 } },
  })
  expect(await gates()).toEqual([])
})

test('a provider’s quota shuts its account before the part for people is used, until it is renewed', async () => {
  await store.enqueue({ ...want(), now })
  const { attempt } = await claimOne(store, { lanes, now })
  const see = (used: number) =>
    store.seeQuota({
      account: 'main',
      attemptId: attempt.id,
      words: [{ period: 'five_hour', used, renewsAt: now + 7_200_000, status: 'allowed' }],
      now,
    })
  await see(0.79)
  await keep({ reserve: 0.2 })
  expect(await gates()).toEqual([])
  await see(0.81)
  await keep({ accounts: { main: { dayUsd: null, monthUsd: null, reserve: 0.1 } }, reserve: 0.2 })
  expect(await gates()).toEqual([])
  await keep({ reserve: 0.2 })
  expect(await gates()).toEqual(['budget:main pinned'])
  const [gate] = (await store.gates()).filter((one) => one.lane === 'budget:main')
  expect(gate).toMatchObject({ until: now + 7_200_000 })
  now += 7_200_000
  await keep({ reserve: 0.2 })
  expect(await gates()).toEqual([])
})
