// S3: one flag that a client did not know stood a fleet still for 44 hours, and each hourly recovery burned three tasks more.

import { afterEach, expect, test } from 'vitest'

import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const client = ['account:anthropic-default', 'cli:claude', 'provider:anthropic']
const codex = ['account:openai-default', 'cli:codex', 'provider:openai']

let town: DispatchTown
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(() => {
  expect(town.errors).toEqual([])
  return town.stop()
})
const facts = async (...kinds: Parameters<typeof town.store.facts>[0]['kinds'] & object) =>
  town.store.facts({ kinds, limit: 10_000 })

test('a required flag is refused for 44 hours: no task fails, one incident, one message, and all run after the fix, ramped up', async () => {
  let mended = false
  begin({
    agents: [
      { name: 'ann', slots: 8, client },
      { name: 'codi', slots: 1, client: codex },
    ],
    fate: ({ agent }) => ({
      ends: mended || agent === 'codi' ? 'success' : 'argument_error',
      afterMs: 20_000,
    }),
  })
  await town.add(64, 'prompt', 5, 'ann')
  await town.add(20, 'prompt', 5, 'codi')
  await town.run(44 * hour)
  const spent = town.started - 20
  expect(spent).toBeLessThanOrEqual(12)
  expect(await town.store.counts()).toMatchObject({ failed: 0, done: 20, ready: 64, held: 0 })
  for (const { body } of await facts('task.returned'))
    expect(body).toMatchObject({ charged: false })
  const open = await town.store.incidents({ openOnly: false, limit: 9 })
  expect(open).toHaveLength(1)
  expect(open[0]).toMatchObject({ key: 'gate:cli:claude', data: { needsPerson: true } })
  expect(await town.store.untold({ now: town.now, takeMs: 1, limit: 9 })).toHaveLength(1)

  mended = true
  const from = { cli: 'claude', host: 'h1', path: '/bin/claude', from: '2.1.71', to: '2.1.76' }
  await town.happens({ kind: 'cli.changed', ...from, lanes: ['cli:claude', 'agent:ann'] })
  await town.run(hour)
  expect(await town.store.counts()).toMatchObject({ done: 84, failed: 0 })
  const ramps = (await facts('gate.passing', 'gate.ramped')).flatMap(({ body }) =>
    'ramp' in body && 'lane' in body && body.lane === 'cli:claude' ? [body.ramp] : [],
  )
  expect(ramps).toEqual([1, 2, 4, null])
  expect(await town.store.incidents({ openOnly: true, limit: 9 })).toEqual([])
})

test('an optional flag is refused: it is dropped, and nobody loses a minute', async () => {
  begin({
    agents: [{ name: 'ann', slots: 4, client }],
    optionalFlag: '--name',
    fate: () => ({
      ends: town.dropped.has('--name') ? 'success' : 'argument_error',
      afterMs: town.dropped.has('--name') ? 10 * minute : 500,
    }),
  })
  await town.add(4)
  await town.run(11 * minute)
  expect(await town.store.counts()).toMatchObject({ done: 4, failed: 0 })
  for (const kind of ['task.held', 'gate.shut', 'gate.pinned', 'incident.opened'] as const)
    expect(await facts(kind)).toEqual([])
  const refused = (await facts('attempt.ended')).filter(
    ({ body }) => body.kind === 'attempt.ended' && body.class === 'argument_error',
  )
  expect(refused.length).toBeLessThanOrEqual(4) // those that ran at the same time
  const claims = await facts('attempt.claimed')
  for (const { taskId, at } of refused) {
    const next = claims.find((one) => one.taskId === taskId && one.at >= at)
    expect((next?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThan(2_000)
  }
})

test('a changed agent is proven by one canary before its sixty-four tasks follow', async () => {
  let broken = false
  begin({
    agents: [{ name: 'ann', slots: 8, client }],
    fate: () => ({ ends: broken ? 'argument_error' : 'success', afterMs: minute }),
  })
  await town.add(16)
  await town.run(5 * minute)
  broken = true
  await town.add(64)
  await town.run(1)
  await town.happens({
    kind: 'config.loaded',
    hash: 'h',
    diff: ['agents.ann.model'],
    lanes: ['agent:ann'],
  })
  const before = town.started
  await town.run(12 * hour)
  expect(town.started - before).toBeLessThanOrEqual(8 + 1) // what was under way already, and one canary
  expect(await town.store.counts()).toMatchObject({ failed: 0, ready: 64 })
})
