// Facts about the `claude` adapter: its call, its event stream in any pieces, and what its endings mean. The last part
// reads recorded sessions of real clients where they are at hand.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { claudeAdapter, flags } from '../../../src/drivers/agents/claude.ts'
import { claudeReader, lineMaxChars } from '../../../src/drivers/agents/claude-stream.ts'
import type { Ending, Noticed } from '../../../src/drivers/agents/contract.ts'
import { ending, settings, silent, work } from './orders.ts'

const init = { type: 'system', subtype: 'init', session_id: 's-1', claude_code_version: '9.9.9' }
const said = {
  type: 'assistant',
  message: { model: 'm', content: [{ type: 'text', text: 'Grüße' }] },
}
const done = {
  usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 20 },
  num_turns: 2,
  is_error: false,
  total_cost_usd: 0.5,
  subtype: 'success',
  result: 'Done.',
  type: 'result',
  session_id: 's-1',
}
const stream = (...events: unknown[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('')

function read(text: string, pieceChars = text.length || 1) {
  const reader = claudeReader()
  const noticed: Noticed[] = []
  for (let at = 0; at < text.length; at += pieceChars)
    noticed.push(...reader.feed(text.slice(at, at + pieceChars)))
  return { noticed, summary: reader.summary() }
}

const judge = (events: unknown[], over: Partial<Ending> = {}) =>
  claudeAdapter.judge(ending({ summary: read(stream(...events)).summary, ...over }))

describe('the call', () => {
  const plan = claudeAdapter.plan(settings({ model: 'opus' }), work({ prompt: '/help me' }))

  it('asks for JSON events and gives the order on standard input only', () => {
    expect(plan.program).toBe('claude')
    expect(plan.args.slice(0, 6)).toEqual([
      '-p',
      '--output-format',
      'stream-json',
      '--verbose',
      '--model',
      'opus',
    ])
    expect(plan.args.join(' ')).not.toContain('help me')
    expect(plan.receipt).toBe('first_event')
  })

  it('begins the order with our heading, so that a prompt is never taken for a command', () => {
    expect(plan.stdin).toMatch(/^Task 7: Count the files\n/)
    expect(plan.stdin).toContain('\n/help me\n')
    for (const word of ['midwatch done', 'midwatch fail', 'midwatch progress'])
      expect(plan.stdin).toContain(word)
  })

  it('tells earlier attempts only when there were some', () => {
    const again = claudeAdapter.plan(
      settings(),
      work({ prompt: 'p' }, { history: ['attempt 3: 2 tests failed'] }),
    )
    expect(plan.stdin).not.toContain('Earlier attempts')
    expect(again.stdin).toContain('- attempt 3: 2 tests failed')
  })

  it('bounds the client’s retries and silences its own traffic, unless the operator says otherwise', () => {
    expect(plan.env).toMatchObject({
      CLAUDE_CODE_MAX_RETRIES: '3',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    })
    const own = claudeAdapter.plan(
      settings({ env: { CLAUDE_CODE_MAX_RETRIES: '0' } }),
      work({ prompt: 'p' }),
    )
    expect(own.env['CLAUDE_CODE_MAX_RETRIES']).toBe('0')
  })

  it('never asks the client to bypass its checks as root, unless the operator says it is a sandbox', () => {
    const modes = (permissions: 'plan' | 'edit' | 'full', asRoot: boolean, env = {}) =>
      flags(settings({ permissions, env }), asRoot).filter(
        (f) => f.flag.startsWith('--permission') || f.flag === '--allowedTools',
      )
    expect(modes('plan', true).map((f) => f.values)).toEqual([['plan']])
    expect(modes('edit', true)[0]?.values).toEqual(['acceptEdits'])
    expect(modes('edit', false)[1]?.values[0]).toContain('Bash')
    expect(modes('full', false).map((f) => f.values)).toEqual([['bypassPermissions']])
    expect(JSON.stringify(modes('full', true))).not.toContain('bypass')
    expect(modes('full', true)[1]?.values[0]).toContain('WebFetch')
    expect(modes('full', true, { IS_SANDBOX: '1' }).map((f) => f.values)).toEqual([
      ['bypassPermissions'],
    ])
  })

  it('does not tell a planning session to run commands that it would be denied', () => {
    const planning = claudeAdapter.plan(settings({ permissions: 'plan' }), work({ prompt: 'p' }))
    expect(planning.stdin).not.toContain('midwatch done')
  })

  it('refuses a shell command', () => {
    expect(() => claudeAdapter.plan(settings(), work({ run: 'true' }))).toThrow(/takes prompts/)
  })
})

describe('the reader', () => {
  const text = stream(init, said, done)

  it('notices the same in pieces of any size', () => {
    const whole = read(text)
    expect(whole.noticed.map((n) => n.kind)).toEqual(['first_event', 'model_output', 'usage'])
    for (const pieceChars of [1, 2, 3, 7, 64, 1000]) expect(read(text, pieceChars)).toEqual(whole)
  })

  it('reads usage and session from a result whose keys come in any order', () => {
    expect(read(text).summary.usage).toEqual({
      inputTokens: 15,
      outputTokens: 20,
      costUsd: 0.5,
      turns: 2,
      sessionId: 's-1',
    })
  })

  it('reads a result whose newline never came, and not one that was cut', () => {
    expect(read(text.trimEnd()).summary.result).toMatchObject({ result: 'Done.' })
    expect(read(text.slice(0, -5)).summary.result).toBeNull()
  })

  it('goes on after garbage', () => {
    const dirty = `\u0000\u001b[2J noise\n{"type":"result"\n[1,2]\nnull\n"x"\n${text}`
    expect(read(dirty).summary).toEqual(read(text).summary)
  })

  it('drops an overlong line, keeps no more of it than its bound, and reads the next', () => {
    const reader = claudeReader()
    const piece = 'x'.repeat(1024 * 1024)
    reader.feed('{"type":"result","result":"')
    for (let n = 0; n * piece.length <= lineMaxChars; n++) reader.feed(piece)
    expect(reader.summary().result).toBeNull()
    expect(reader.feed('","is_error":true}\n')).toEqual([])
    expect(reader.summary().result).toBeNull()
    reader.feed(text)
    expect(reader.summary().result).toMatchObject({ is_error: false })
  })

  it('does not take the client’s own words for the model’s', () => {
    const synthetic = {
      type: 'assistant',
      message: { model: '<synthetic>', content: [{ type: 'text', text: 'x' }] },
    }
    expect(
      read(stream(init, synthetic, { ...said, error: 'rate_limit' })).summary.modelOutput,
    ).toBe(false)
  })

  it('forgets retries that were overcome', () => {
    const retry = { type: 'system', subtype: 'api_retry', error: 'server_error' }
    expect(read(stream(init, retry)).summary.signals).toHaveLength(1)
    expect(read(stream(init, retry, said)).summary.signals).toHaveLength(0)
  })
})

describe('the verdict', () => {
  const failed = (over: object) => ({ ...done, is_error: true, ...over })

  it('a result with work and without denial is success', () => {
    expect(judge([init, said, done])).toMatchObject({ class: 'success', blame: 'nobody' })
  })

  it('exit 0 without a result, without turns or without output tokens is hollow', () => {
    expect(judge([init, said]).class).toBe('hollow')
    expect(judge([init, { ...done, num_turns: 0 }]).class).toBe('hollow')
    expect(judge([init, { ...done, usage: { output_tokens: 0 } }]).class).toBe('hollow')
  })

  it('a denied tool is never success, but leaving plan mode is no denial', () => {
    const denied = (tool_name: string) =>
      judge([init, said, { ...done, permission_denials: [{ tool_name }] }])
    expect(denied('Bash')).toMatchObject({ class: 'tool_permission', blame: 'operator' })
    expect(denied('ExitPlanMode').class).toBe('success')
  })

  it('what the model wrote about limits and errors is no limit and no error', () => {
    const text =
      "You've hit your session limit · resets 3pm. error: unknown option '--x'. API Error: 401"
    expect(
      judge([
        init,
        { ...said, message: { content: [{ type: 'text', text }] } },
        { ...done, result: text },
      ]).class,
    ).toBe('success')
  })

  it('a refused limit is the account’s, with its reset; an allowed one means nothing', () => {
    const event = (status: string) => ({
      type: 'rate_limit_event',
      rate_limit_info: { status, resetsAt: 1_795_190_000, overageStatus: 'rejected' },
    })
    const limit = failed({ result: "You've hit your limit · resets 5pm (UTC)" })
    expect(judge([init, event('rejected'), limit], { exitCode: 1 })).toMatchObject({
      class: 'rate_limited',
      blame: 'account',
      resetAt: 1_795_190_000_000,
    })
    expect(judge([init, said, event('allowed_warning'), done]).class).toBe('success')
  })

  it('a banner alone states its reset in its own zone; a reset long past is none', () => {
    const banner = (result: string) => judge([init, failed({ result })], { exitCode: 1 })
    expect(banner("You've hit your limit · resets 5pm (Asia/Tokyo)").resetAt).toBe(
      Date.UTC(2026, 10, 21, 8, 0),
    )
    expect(banner('Claude AI usage limit reached|1795000000')).toMatchObject({
      class: 'rate_limited',
      resetAt: null,
    })
  })

  it('an API key’s rate limit without reset is the provider’s', () => {
    const text =
      'API Error: 429 {"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'
    expect(judge([init, failed({ result: text })], { exitCode: 1 })).toMatchObject({
      class: 'rate_limited',
      blame: 'provider',
      resetAt: null,
    })
  })

  it('turn and budget limits count though the exit code is 0 and nothing is called an error', () => {
    expect(judge([init, said, { ...done, subtype: 'error_max_turns' }]).class).toBe('max_turns')
    expect(judge([init, said, { ...done, subtype: 'error_max_budget_usd' }]).class).toBe(
      'max_turns',
    )
  })

  it('an unknown flag is the client’s argument error, from standard error alone', () => {
    const verdict = claudeAdapter.judge(
      ending({ exitCode: 1, errTail: "error: unknown option '--zzz'\n" }),
    )
    expect(verdict).toMatchObject({ class: 'argument_error', blame: 'cli' })
  })

  it('signals from outside interrupt, seen as a signal or as the client’s own exit code', () => {
    for (const over of [
      { exitCode: null, signal: 'SIGKILL' },
      { exitCode: 143 },
      { exitCode: 129 },
    ])
      expect(judge([init, said], over)).toMatchObject({ class: 'interrupted', blame: 'host' })
    const interrupted = {
      type: 'user',
      message: { content: [{ type: 'text', text: '[Request interrupted by user]' }] },
    }
    expect(judge([init, interrupted], { exitCode: 0 }).class).toBe('interrupted')
  })

  it('a session stopped by our limit is judged by what it waited for', () => {
    const stopped = { exitCode: 143, stoppedBy: 'timeout' }
    const retry = (error: string) => ({ type: 'system', subtype: 'api_retry', error })
    expect(judge([init, said], stopped).class).toBe('timeout')
    expect(judge([init], stopped).class).toBe('network')
    expect(judge([], stopped).class).toBe('unknown')
    expect(judge([init, said, retry('authentication_failed')], stopped).class).toBe('auth_error')
    expect(judge([init, said, retry('unknown')], stopped).class).toBe('network')
    expect(judge([init, said, done], stopped).class).toBe('success')
    expect(judge([init, said, done], { exitCode: 143, stoppedBy: 'cancelled' }).class).toBe(
      'interrupted',
    )
  })

  it('what nothing explains stays unknown, with head and tail', () => {
    const verdict = claudeAdapter.judge(
      ending({
        exitCode: 1,
        errHead: 'strange beginning',
        errTail: 'strange end',
        summary: silent,
      }),
    )
    expect(verdict).toMatchObject({ class: 'unknown', blame: 'nobody' })
    expect(verdict.evidence).toMatch(/strange beginning.*strange end/)
  })
})

const captures = path.resolve(import.meta.dirname, '../../../../shared/captures/claude')

/** Case name → class, whatever the version; an object where versions differ. */
const expected: Record<string, string | Record<string, string>> = {
  ok: 'success',
  slow: 'success',
  'n2-529': 'success',
  'n1-429': 'success',
  'oauth-warn': 'success',
  'oauth-ok': 'success',
  'fallback-model-529': 'success',
  'tool-denied': 'tool_permission',
  'tool-denied-plan': 'tool_permission',
  'unknown-flag': 'argument_error',
  'bad-choice': 'argument_error',
  'no-prompt': 'argument_error',
  'no-verbose': 'argument_error',
  'root-skip-permissions': 'argument_error',
  named: { '2.1.75': 'argument_error', '2.1.76': 'success', '2.1.328': 'success' },
  'session-id-reused': 'session_conflict',
  'resume-unknown': 'session_conflict',
  'config-corrupt': {
    '2.1.75': 'launch_failed',
    '2.1.76': 'launch_failed',
    '2.1.328': 'launch_failed',
    '1.0.128': 'hollow',
    '2.0.77': 'launch_failed',
  },
  '400-key': 'auth_error',
  'quick-401': 'auth_error',
  'quick-403': 'auth_error',
  'no-key': 'auth_error',
  'oauth-403-oauth': { '1.0.128': 'auth_error', '2.0.77': 'auth_error', '2.1.328': 'auth_error' },
  402: 'credits_depleted',
  credit: 'credits_depleted',
  'quick-404': 'model_unavailable',
  'model-unknown-404': 'model_unavailable',
  'fast-429': 'rate_limited',
  'usage-limit': 'rate_limited',
  'oauth-usage-limit': 'rate_limited',
  'oauth-t2-usage-limit': 'rate_limited',
  'quick-quota': 'rate_limited',
  'fast-500': 'overloaded',
  'fast-529': 'overloaded',
  'quick-t2-500': 'overloaded',
  'fast-refused': 'network',
  'fast-hang': 'network',
  'fast-cut': 'network',
  'quick-cut': 'network',
  toolong: 'context_too_large',
  toobig: 'context_too_large',
  refusal: 'content_refused',
  'max-turns-3': 'max_turns',
  'max-budget': { '2.0.77': 'max_turns', '2.1.75': 'max_turns', '2.1.328': 'max_turns' },
  empty: { '2.1.75': 'hollow', '2.1.328': 'network' },
  garbage: { '2.1.75': 'hollow', '2.1.328': 'network' },
  'prompt-slash': 'hollow',
  'stdout-closed-early': 'hollow',
  'sigterm-waiting-model': 'interrupted',
  'sighup-in-tool': 'interrupted',
  'sigkill-in-tool': 'interrupted',
  'sigint-waiting-model': { '2.1.75': 'hollow', '2.1.328': 'interrupted' },
  'sigint-in-tool': { '2.1.75': 'hollow', '2.1.328': 'interrupted' },
  'quick-sigterm': 'interrupted',
  'home-unwritable': { '2.1.75': 'unknown', '2.1.328': 'success' },
  hang: 'network',
  't2-hang': 'timeout',
  'json-schema': { '2.1.75': 'timeout', '1.0.128': 'argument_error' },
}

interface Capture {
  argv: string[]
  exit_code: number | null
  signal: string | null
  timed_out: boolean
  stdout: string
  stderr: string
  duration_ms: number
}

function judgeCapture(version: string, name: string) {
  const capture: Capture = JSON.parse(
    readFileSync(path.join(captures, version, `${name}.json`), 'utf8'),
  )
  const { summary } = read(capture.stdout, 4093)
  return claudeAdapter.judge(
    ending({
      exitCode: capture.exit_code,
      signal: capture.signal,
      stoppedBy: capture.timed_out ? 'timeout' : null,
      summary,
      outHead: capture.stdout.slice(0, 4096),
      outTail: capture.stdout.slice(-4096),
      errHead: capture.stderr.slice(0, 4096),
      errTail: capture.stderr.slice(-4096),
      durationMs: capture.duration_ms,
    }),
  )
}

/** Cases of other output formats, or where nothing was asked of the model. */
const notOurs = /^(?:help|version|quick-help|quick-version|ok-text)$/

describe.skipIf(!existsSync(captures))(
  'recorded sessions of real clients (skipped where the captures are absent)',
  () => {
    const cases = (existsSync(captures) ? readdirSync(captures) : []).flatMap((version) =>
      readdirSync(path.join(captures, version)).map((file) => ({
        version,
        name: file.replace(/\.json$/, ''),
      })),
    )

    it('named cases get the class they deserve, in every version', () => {
      const wrong = cases.flatMap(({ version, name }) => {
        const want = expected[name]
        const wanted = typeof want === 'string' ? want : want?.[version]
        const got = wanted === undefined ? wanted : judgeCapture(version, name).class
        return got === wanted ? [] : [`${version} ${name}: ${got}, not ${wanted}`]
      })
      expect(wrong).toEqual([])
    })

    it('no session is called success unless it exited 0 with a result', () => {
      for (const { version, name } of cases.filter((c) => !notOurs.test(c.name))) {
        const verdict = judgeCapture(version, name)
        if (verdict.class === 'success') expect(verdict.exitCode, `${version} ${name}`).toBe(0)
      }
    })

    it('almost nothing stays unknown', () => {
      const ours = cases.filter((c) => !notOurs.test(c.name))
      const unknown = ours.filter((c) => judgeCapture(c.version, c.name).class === 'unknown')
      expect(
        unknown
          .map((c) => c.name)
          .filter((name) => !/^(?:home-un|stdin-open|prompt-arg-131072)/.test(name)),
      ).toEqual([])
    })

    it('every stated reset is read', () => {
      for (const { version, name } of cases.filter((c) =>
        /^(?:quick-)?oauth-(?:t2-)?usage-limit$/.test(c.name),
      ))
        expect(judgeCapture(version, name).resetAt, `${version} ${name}`).toBeGreaterThan(
          Date.UTC(2026, 10, 20, 9, 0),
        )
    })
  },
)
