// ready-is-served: whoever takes an agent out of the configuration, or lets a task in that nobody serves, is asked; nothing
// stays ready for an agent that never comes.

import { expect, test } from 'vitest'

import { lackingSure } from '../../../src/daemon-deps.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { adapterCards } from '../../../src/drivers/agents/cards.ts'
import type { Fleet } from '../../../src/fleet.ts'
import { readyIsServed } from '../../../src/loops/reconcile/rules/ready-is-served.ts'
import type { Demand } from '../../../src/model/demand.ts'
import { defaultLimits } from '../../../src/model/limits.ts'
import { fleetConfig } from '../../support/nouns.ts'
import { demand, enqueue, t0 } from '../../drivers/store/conformance/wants.ts'

const gone = (asked: Demand) => (asked.agent === 'gone' ? 'no agent is called gone' : null)

test('a ready task that nobody serves waits for a person with its reason; one that is served, or whose configuration is new, is left alone', async () => {
  const store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
  const { id: unserved } = await enqueue(store, { demand: { ...demand, agent: 'gone' } })
  const { id: served } = await enqueue(store)
  const look = { store, clock: systemClock, now: t0, limits: defaultLimits, by: 'test' }
  const find = (lacking?: (asked: Demand) => string | null) =>
    readyIsServed.find({ ...look, ...(lacking && { lacking }), broken: async () => [] })

  expect(await find()).toEqual([])
  const found = await find(gone)
  expect(found.map(({ subject }) => subject)).toEqual([`task ${unserved}`])
  expect(found[0]?.what).toContain('no agent is called gone')
  expect(await found[0]?.mend()).toBe('it waits for a person, or for an agent that serves it')
  expect((await store.task(unserved))?.state).toBe('held')
  expect((await store.holdsOf(unserved, true)).map(({ release }) => release)).toMatchObject([
    {
      kind: 'person',
      question: 'no configured agent serves it: no agent is called gone',
      untilServed: true,
    },
  ])
  expect((await store.task(served))?.state).toBe('ready')
  expect(await find(gone)).toEqual([])
  await store.close()
})

test('a configuration that comes back between two looks counts from then on, not from its first time', () => {
  let nowMs = 0
  const clock = { ...systemClock, monotonicMs: () => nowMs }
  const config = fleetConfig({ agents: [] })
  const loaded = () => ({ config, hash: 'without agents', redacted: config, missing: [] })
  let inForce = loaded()
  const fleet = { adapters: adapterCards, clock } as unknown as Fleet
  const lacking = lackingSure(fleet, () => inForce)

  expect(lacking()).toBeNull()
  nowMs = 61_000
  expect(lacking()?.(demand)).toBe('no agent is called shell')
  inForce = loaded() // another one was in force meanwhile
  nowMs = 122_000
  expect(lacking()).toBeNull()
  nowMs = 181_000
  expect(lacking()).toBeNull()
  nowMs = 182_000
  expect(lacking()?.(demand)).toBe('no agent is called shell')
})
