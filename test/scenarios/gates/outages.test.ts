// Incidents 36, 37, 38, 39, 43 and 44: outages that were seen as something else, or by nobody.

import { afterEach, expect, test } from 'vitest'

import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import { contradictions, defaultLimits } from '../../../src/model/limits.ts'
import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const client = ['account:anthropic-default', 'cli:claude', 'provider:anthropic']

let town: DispatchTown | null = null
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(async () => {
  expect(town?.errors ?? []).toEqual([])
  await town?.stop()
  town = null
})
const opened = async (it: DispatchTown) =>
  (await it.store.incidents({ openOnly: false, limit: 50 })).map(({ key }) => key)

test('successes of others beside it do not keep a failing client from being shut (incident 36)', async () => {
  const it = begin({
    agents: [
      { name: 'ann', slots: 2, client },
      { name: 'shell', slots: 4 },
    ],
    fate: ({ agent }) => ({ ends: agent === 'ann' ? 'network' : 'success', afterMs: 10_000 }),
  })
  await it.add(20, 'prompt')
  await it.add(400, 'command')
  await it.run(hour)
  expect(await opened(it)).toEqual(['gate:provider:anthropic'])
  const ofAnn = (await it.store.facts({ kinds: ['attempt.claimed'], limit: 10_000 })).filter(
    ({ body }) => body.kind === 'attempt.claimed' && body.agent === 'ann',
  )
  expect(ofAnn.length).toBeLessThan(12)
  expect((await it.store.counts()).done).toBe(400)
})

test('work that fails by itself, however much of it, shuts nothing (incident 37)', async () => {
  const own = ['task_failed', 'success', 'max_turns', 'success', 'timeout', 'success'] as const
  const it = begin({
    agents: [{ name: 'ann', slots: 6, client }],
    fate: ({ attempt }) => ({ ends: own[attempt % own.length] ?? 'success', afterMs: 20_000 }),
  })
  await it.add(120)
  await it.run(6 * hour)
  expect(await it.store.facts({ kinds: ['gate.shut', 'gate.pinned'], limit: 9 })).toEqual([])
  expect(await opened(it)).toEqual([])
})

test('an outage of half a day is nobody’s weakness: no task is charged, and none fails (incident 38)', async () => {
  let out = true
  const it = begin({
    agents: [{ name: 'ann', slots: 4, client }],
    fate: () => ({ ends: out ? 'network' : 'success', speaks: !out, afterMs: 5_000 }),
  })
  await it.add(30, 'prompt', 1) // the first charged failure would be the last
  await it.run(12 * hour)
  for (const { body } of await it.store.facts({ kinds: ['task.returned'], limit: 999 }))
    expect(body).toMatchObject({ charged: false })
  out = false
  await it.run(hour)
  expect(await it.store.counts()).toMatchObject({ done: 30, failed: 0 })
  expect(await opened(it)).toEqual(['gate:provider:anthropic'])
})

test('one power cut is one incident and no failure, not 637 of them (incident 39)', async () => {
  let cut = false
  const it = begin({
    agents: [
      { name: 'ann', slots: 9, client },
      { name: 'shell', slots: 9 },
    ],
    fate: () => (cut ? { ends: 'lost', afterMs: 1_000 } : { ends: 'success', afterMs: 30_000 }),
  })
  await it.add(40, 'prompt')
  await it.add(40, 'command')
  cut = true
  await it.run(45_000)
  cut = false
  await it.happens({ kind: 'host.returned', host: 'h1', bootId: 'b2', why: 'boot' })
  await it.run(hour)
  expect(await it.store.counts()).toMatchObject({ done: 80, failed: 0 })
  expect(await opened(it)).toEqual(['lost:host:h1'])
  expect(await it.store.incidents({ openOnly: true, limit: 9 })).toEqual([])
})

test('our patience is longer than the client’s own, so that a refused login is no timeout (incident 43)', () => {
  const plan = claudeAdapter.plan(
    {
      name: 'ann',
      adapter: 'claude',
      model: null,
      permissions: 'plan',
      program: null,
      args: null,
      env: {},
    },
    {
      taskId: 1,
      attemptId: 1,
      title: 't',
      order: {
        run: null,
        prompt: 'go',
        cwd: '/',
        timeoutMs: null,
        verify: null,
        once: false,
      } as never,
      history: [],
      attemptDir: '/a',
      asRoot: false,
      limitMs: hour,
    },
  )
  expect(plan.env['CLAUDE_CODE_MAX_RETRIES']).toBe('3') // over within half a minute, as measured
  const refused = (limits: Partial<typeof defaultLimits>) =>
    contradictions({ ...defaultLimits, ...limits })
  expect(refused({})).toEqual([])
  expect(refused({ firstWordMs: 30_000 })).toEqual([expect.stringMatching(/clients retry/)])
  expect(refused({ silenceMs: 60_000 })).toEqual([expect.stringMatching(/clients retry/)])
})

test('sessions that die at once are not started by the hundred (incident 44)', async () => {
  for (const ends of ['unknown', 'launch_failed', 'hollow', 'task_failed'] as const) {
    const it = begin({
      agents: [{ name: 'ann', slots: 8, client }],
      fate: () => ({ ends, afterMs: 100 }),
    })
    await it.add(8)
    await it.run(23 * minute)
    expect(it.started, ends).toBeLessThan(60)
    await it.stop()
    town = null
  }
})
