// Incidents 30, 31, 32, 33, 34, 35, 40, 41 and 42: what clients say of limits and endings, believed where it counts.

import { afterEach, describe, expect, test } from 'vitest'

import { classify } from '../../../src/drivers/agents/classify/classify.ts'
import { DispatchTown, type TownOptions } from '../../support/dispatch-town.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const began = 1_800_000_000_000
const lanes = (account: string, provider = 'anthropic') => [
  `account:${account}`,
  'cli:claude',
  `provider:${provider}`,
]

const said = (tool: string, exitCode: number | null, stdout: string, stderr = '') =>
  classify({ tool, exitCode, signal: null, stdout, stderr, now: began, timeZone: 'UTC' })
const event = (fields: object) => `${JSON.stringify({ type: 'result', ...fields })}\n`

describe('what a session says is believed on its own channels only', () => {
  test('a model that writes of rate limits has done its work (incident 30)', () => {
    const prose = 'I hit a rate limit in the test: 429 Too Many Requests, resets 3pm. Fixed now.'
    expect(said('claude', 0, `${prose}\n`).class).toBe('success')
    const result = { subtype: 'success', is_error: false, num_turns: 3, result: prose }
    expect(said('claude', 0, event({ ...result, terminal_reason: 'completed' })).class).toBe(
      'success',
    )
    expect(said('codex', 0, `${prose}\n`, 'ERROR codex_core: 429\ntokens used\n9\n').class).toBe(
      'success',
    )
  })

  test.each(['allowed', 'allowed_warning'])(
    'a notice of a limit that is not reached (%s) discards no good work (incident 31)',
    (status) => {
      const notice = { type: 'rate_limit_event', rate_limit_info: { status, resetsAt: 1 } }
      const end = event({ subtype: 'success', is_error: false, num_turns: 2, result: 'done' })
      expect(said('claude', 0, `${JSON.stringify(notice)}\n${end}`).class).toBe('success')
    },
  )

  test('a login that ends in the middle keeps what was reported before it (incident 40)', () => {
    const end = {
      subtype: 'success',
      is_error: false,
      num_turns: 9,
      result: 'done',
      usage: { output_tokens: 90 },
    }
    const whole = event({ ...end, terminal_reason: 'completed' })
    expect(said('claude', 0, whole, 'OAuth token has expired. Please run /login\n').class).toBe(
      'success',
    )
  })

  test.each([
    ['goose', 0, 'error: Ran into this error: Authentication error: Status: 401\n', 'auth_error'],
    [
      'aider',
      0,
      'litellm.AuthenticationError: invalid x-api-key\nThe API provider is not able to authenticate you. Check your API key.\n',
      'auth_error',
    ],
    ['claude', 0, 'API Error: Rate limit reached\n', 'rate_limited'],
    ['cursor-agent', 0, "You've hit your usage limit. Upgrade to Pro\n", 'credits_depleted'],
    [
      'opencode',
      0,
      '{"type":"error","error":{"name":"APIError","data":{"message":"Unauthorized","statusCode":401}}}\n',
      'auth_error',
    ],
  ] as const)(
    'an exit 0 of %s without work is no success (incident 41)',
    (tool, code, out, name) => {
      expect(said(tool, code, out).class).toBe(name)
    },
  )

  test('a stream that breaks off is no success, whatever the exit code (incident 42)', () => {
    const init = '{"type":"thread.started","thread_id":"t"}\n{"type":"turn.started"}\n'
    expect(said('codex', 0, init).class).not.toBe('success')
    const gemini =
      '{"type":"init","session_id":"s","model":"m"}\n{"type":"message","role":"assistant"}\n'
    expect(said('gemini', 0, gemini).class).not.toBe('success')
  })
})

let town: DispatchTown | null = null
const begin = (options: TownOptions): DispatchTown => (town = new DispatchTown(options))
afterEach(async () => {
  expect(town?.errors ?? []).toEqual([])
  await town?.stop()
  town = null
})

describe('a stated limit', () => {
  test.each([
    ['63 seconds', 63_000],
    ['19 hours', 19 * hour],
    ['6 days', 6 * day],
  ])(
    'that ends in %s costs at most two attempts, and work goes on within a minute of its end (incident 32)',
    async (_name, ms) => {
      const resetAt = began + ms
      const it = begin({
        agents: [{ name: 'ann', slots: 2, client: lanes('team') }],
        fate: ({ now }) =>
          now < resetAt ? { ends: 'rate_limited', more: { resetAt } } : { ends: 'success' },
      })
      await it.add(20)
      await it.run(ms - 1_000)
      expect(it.started).toBeLessThanOrEqual(2)
      await it.run(2 * minute)
      expect((await it.store.counts()).done).toBeGreaterThan(0)
      const canaries = await it.store.facts({ kinds: ['gate.canary'], limit: 99 })
      expect(canaries).toHaveLength(1)
      await it.run(10 * minute)
      expect(await it.store.counts()).toMatchObject({ done: 20, failed: 0 })
    },
  )

  test('that keeps moving ahead is asked less and less, not 574 times (incident 33)', async () => {
    const it = begin({
      agents: [{ name: 'ann', slots: 1, client: lanes('team') }],
      fate: ({ now }) => ({ ends: 'rate_limited', more: { resetAt: now + 30_000 } }),
    })
    await it.add(600)
    await it.run(7 * day)
    expect(it.started).toBeLessThan(7 * 24 * 2 + 10)
    expect(await it.store.counts()).toMatchObject({ failed: 0, done: 0 })
  })

  test('that is long over stops nothing, also after a dispatcher that slept through it (incident 34)', async () => {
    const it = begin({
      agents: [{ name: 'ann', slots: 1, client: lanes('team') }],
      fate: ({ attempt }) =>
        attempt === 1
          ? { ends: 'rate_limited', more: { resetAt: began + hour } }
          : { ends: 'success' },
    })
    await it.add(3)
    await it.run(minute)
    expect((await it.store.gates())[0]).toMatchObject({ state: 'shut' })
    await it.run(6 * 7 * day)
    expect(await it.store.counts()).toMatchObject({ done: 3 })
    expect((await it.store.gates()).filter(({ state }) => state !== 'passing')).toEqual([])
  })

  test('of one provider leaves the other one at work (incident 35)', async () => {
    const it = begin({
      agents: [
        { name: 'ann', slots: 1, client: lanes('team') },
        { name: 'codi', slots: 1, client: ['account:openai', 'cli:codex', 'provider:openai'] },
      ],
      fate: ({ agent }) =>
        agent === 'ann'
          ? { ends: 'rate_limited', more: { resetAt: began + 5 * hour } }
          : { ends: 'success', afterMs: minute },
    })
    await it.add(30)
    await it.run(hour)
    expect((await it.store.counts()).done).toBeGreaterThanOrEqual(29)
    const shut = (await it.store.gates()).filter(({ state }) => state !== 'passing')
    expect(shut.map(({ lane }) => lane)).toEqual(['account:team'])
  })
})
