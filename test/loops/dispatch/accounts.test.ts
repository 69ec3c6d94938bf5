// Several accounts and models of one agent: the claim takes one that works, an ending that shuts one goes on with the next at
// once, a person's choice outranks both. Incident 45: no failover into an account that is dead.

import { afterEach, expect, test } from 'vitest'

import type { Route } from '../../../src/model/account.ts'
import { accountIn, modelIn } from '../../../src/model/account.ts'
import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const began = 1_800_000_000_000

const route = (account: string, model: string | null = null): Route => ({
  account,
  model,
  lanes: [
    'provider:anthropic',
    `account:${account}`,
    'cli:claude',
    ...(model === null ? [] : [`model:ann/${model}`]),
  ],
})
const agents = (...routes: Route[]) => [{ name: 'ann', slots: 4, routes }]

let town: DispatchTown
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(() => {
  expect(town.errors).toEqual([])
  return town.stop()
})

const claims = async () =>
  (await town.store.facts({ kinds: ['attempt.claimed'], limit: 10_000 })).flatMap(({ at, body }) =>
    body.kind === 'attempt.claimed'
      ? [{ at, account: accountIn(body.lanes), lanes: body.lanes }]
      : [],
  )
const opened = async () =>
  (await town.store.incidents({ openOnly: false, limit: 50 })).map(({ key }) => key)

test('a limit of one account: its task goes on with the other at once, and nobody waits or pays', async () => {
  begin({
    agents: agents(route('team'), route('spare')),
    fate: ({ lanes, now }) =>
      accountIn(lanes) === 'team' && now < began + 5 * hour
        ? { ends: 'rate_limited', more: { resetAt: began + 5 * hour } }
        : { ends: 'success', afterMs: minute },
  })
  await town.add(1)
  await town.run(2 * minute)
  expect((await claims()).map(({ account }) => account)).toEqual(['team', 'spare'])
  const [first, second] = await claims()
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(5_000)
  expect(await town.store.facts({ kinds: ['task.held'], limit: 9 })).toEqual([])
  expect(await town.store.counts()).toMatchObject({ done: 1 })
})

test('when the limit is over one probe goes, and then the preferred account is taken again', async () => {
  begin({
    agents: agents(route('team'), route('spare')),
    fate: ({ lanes, now }) =>
      accountIn(lanes) === 'team' && now < began + 5 * hour
        ? { ends: 'rate_limited', more: { resetAt: began + 5 * hour } }
        : { ends: 'success', afterMs: 10 * minute },
  })
  await town.add(300)
  await town.run(5 * hour + 15 * minute)
  const spent = (await claims()).filter(({ account }) => account === 'team')
  const early = spent.filter(({ at }) => at < began + 5 * hour)
  expect(early.length).toBeLessThanOrEqual(4) // those that ran at the same time
  expect((await town.store.facts({ kinds: ['gate.canary'], limit: 9 })).length).toBe(1)
  expect((await town.store.counts()).done).toBeGreaterThan(80) // the other one went on
  await town.run(hour)
  const late = (await claims()).filter(({ at }) => at > began + 5 * hour + 55 * minute)
  expect(new Set(late.map(({ account }) => account))).toEqual(new Set(['team']))
})

test('an account whose free test fails is never failed over into, and a person is told once (incident 45)', async () => {
  let spareIsDead = true
  begin({
    agents: agents(route('team'), route('spare'), route('third')),
    testedLanes: ['account:team', 'account:spare', 'account:third'],
    selfTest: async (lane) => ({
      said: lane === 'account:spare' && spareIsDead ? 'failed' : 'none',
      evidence: 'there is no login',
      print: null,
    }),
    fate: ({ lanes }) =>
      accountIn(lanes) === 'third'
        ? { ends: 'success', afterMs: minute }
        : { ends: accountIn(lanes) === 'spare' ? 'auth_error' : 'credits_depleted' },
  })
  await town.add(100)
  await town.run(2 * hour)
  const used = (await claims()).map(({ account }) => account)
  expect(used).not.toContain('spare')
  expect(used.filter((account) => account === 'team').length).toBeLessThanOrEqual(4)
  expect(await town.store.counts()).toMatchObject({ done: 100 })
  expect((await opened()).sort()).toEqual(['gate:account:spare', 'gate:account:team'])
  spareIsDead = false
  await town.run(2 * minute)
  expect((await town.store.gates()).find(({ lane }) => lane === 'account:spare')?.state).not.toBe(
    'shut',
  )
})

test('when no account works the task waits for the soonest, and no attempt is spent on the way', async () => {
  const resets = { team: began + 2 * hour, spare: began + hour }
  begin({
    agents: agents(route('team'), route('spare')),
    fate: ({ lanes, now }) => {
      const resetAt = resets[accountIn(lanes) as keyof typeof resets]
      return now < resetAt ? { ends: 'rate_limited', more: { resetAt } } : { ends: 'success' }
    },
  })
  await town.add(1)
  await town.run(30 * minute)
  expect(town.started).toBe(2)
  await town.run(31 * minute)
  expect((await claims()).map(({ account }) => account)).toEqual(['team', 'spare', 'spare'])
  expect(await town.store.counts()).toMatchObject({ done: 1 })
})

test('a person’s choice outranks the automatic one, also when its gate is shut, until its time is over', async () => {
  begin({
    agents: agents(route('team'), route('spare')),
    fate: ({ lanes, now }) =>
      accountIn(lanes) === 'spare' && now < began + hour
        ? { ends: 'rate_limited', more: { resetAt: began + hour } }
        : { ends: 'success', afterMs: minute },
  })
  await town.store.chooseAccount({
    agent: 'ann',
    account: 'spare',
    by: 'ada',
    reason: 'the team needs its quota',
    until: began + 30 * minute,
    now: town.now,
  })
  await town.add(3)
  await town.run(25 * minute)
  expect(new Set((await claims()).map(({ account }) => account))).toEqual(new Set(['spare']))
  expect(await town.store.counts()).toMatchObject({ done: 0 })
  await town.run(10 * minute)
  expect((await claims()).at(-1)?.account).toBe('team')
  expect(await town.store.counts()).toMatchObject({ done: 3 })
})

test('a model that the service no longer has: the agent goes on with its fallback, and tries the first again later', async () => {
  let gone = true
  begin({
    agents: agents(route('team', 'opus'), route('team', 'sonnet')),
    fate: ({ lanes }) =>
      modelIn('ann', lanes) === 'opus' && gone
        ? { ends: 'model_unavailable' }
        : { ends: 'success', afterMs: 30_000 },
  })
  await town.add(20)
  await town.run(30 * minute)
  expect(await town.store.counts()).toMatchObject({ done: 20, held: 0, failed: 0 })
  const opus = async () =>
    (await claims()).filter(({ lanes }) => modelIn('ann', lanes) === 'opus').length
  expect(await opus()).toBeLessThanOrEqual(4)
  expect(await opened()).toEqual(['gate:model:ann/opus'])
  gone = false
  await town.run(2 * hour)
  await town.add(8)
  await town.run(10 * minute)
  expect(await opus()).toBeGreaterThan(4)
  expect(await town.store.counts()).toMatchObject({ done: 28 })
  await town.run(30 * minute)
  expect((await town.store.incidents({ openOnly: true, limit: 9 })).length).toBe(0)
})

test('an agent may fail to start as often as the configuration says, and then rests as long as it says', async () => {
  begin({
    agents: [{ name: 'shell', slots: 1 }],
    starts: { startsInRow: 7, cooldownMs: 2 * hour },
    fate: () => ({ ends: 'launch_failed' }),
    backoffMs: [1_000],
  })
  await town.add(30, 'command')
  await town.run(50 * minute)
  expect(town.started).toBe(8)
  expect((await town.store.gates())[0]).toMatchObject({ lane: 'agent:shell', state: 'shut' })
  await town.run(80 * minute)
  expect(town.started).toBe(8)
  await town.run(30 * minute)
  expect(town.started).toBe(9)
})
