// Facts about the `claude` adapter: its call, its event stream in any pieces, and what its endings mean.

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
      flags(settings({ permissions, env }), work({ prompt: 'p' }, { asRoot })).filter(
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
    const kinds = whole.noticed.map((n) => n.kind).join(' ')
    expect(kinds).toBe('first_event usage model_output usage')
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

  it('is no hollow one when the model spoke in an answer that the client did not count', () => {
    expect(judge([init, said, { ...done, usage: { output_tokens: 0 } }]).class).toBe('success')
    expect(judge([init, said, { ...done, num_turns: 0 }]).class).toBe('hollow')
  })

  it('a garbled answer of the service is the network’s fault', () => {
    const text = 'API Error: Unexpected end of JSON input'
    expect(judge([init, failed({ result: text })], { exitCode: 1 }).class).toBe('network')
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
