// Facts about the streams and endings of clients besides claude, in minimal sessions of our own.

import { describe, expect, it } from 'vitest'

import { aiderAdapter } from '../../../src/drivers/agents/aider.ts'
import { codexAdapter } from '../../../src/drivers/agents/codex.ts'
import { copilotAdapter } from '../../../src/drivers/agents/copilot.ts'
import type { AgentAdapter } from '../../../src/drivers/agents/contract.ts'
import { geminiAdapter } from '../../../src/drivers/agents/gemini.ts'
import { gooseAdapter } from '../../../src/drivers/agents/goose.ts'
import { opencodeAdapter } from '../../../src/drivers/agents/opencode.ts'
import { qwenAdapter } from '../../../src/drivers/agents/qwen.ts'
import { jsonLines, judge, read } from './streams.ts'

interface Sample {
  readonly adapter: AgentAdapter
  /** Events up to where the model is asked. */
  readonly begun: readonly object[]
  /** Its answer, and the end. */
  readonly spoken: readonly object[]
  readonly ended: readonly object[]
  readonly usage: {
    inputTokens: number
    outputTokens: number
    turns: number
    costUsd: number | null
    sessionId: string | null
  }
}

const assistant = (text: string, tokens: number) => ({
  type: 'assistant',
  message: { model: 'm', content: [{ type: 'text', text }], usage: { output_tokens: tokens } },
})
const step = (reason: string, output = 5) => ({
  type: 'step_finish',
  sessionID: 's',
  part: {
    reason,
    tokens: { input: 10, output, reasoning: 1, cache: { read: 2, write: 3 } },
    cost: 0.25,
  },
})

const samples: Record<string, Sample> = {
  codex: {
    adapter: codexAdapter,
    begun: [
      { type: 'thread.started', thread_id: 's' },
      {
        type: 'item.completed',
        item: { id: 'i0', type: 'error', message: 'a warning of every session' },
      },
      { type: 'turn.started' },
    ],
    spoken: [{ type: 'item.completed', item: { id: 'i1', type: 'agent_message', text: 'Done.' } }],
    ended: [{ type: 'turn.completed', usage: { input_tokens: 7, output_tokens: 4 } }],
    usage: { inputTokens: 7, outputTokens: 4, turns: 1, costUsd: null, sessionId: 's' },
  },
  gemini: {
    adapter: geminiAdapter,
    begun: [
      { type: 'init', session_id: 's', model: 'm' },
      { type: 'message', role: 'user', content: 'p' },
    ],
    spoken: [{ type: 'message', role: 'assistant', content: 'Done.', delta: true }],
    ended: [
      {
        type: 'result',
        status: 'success',
        stats: { input_tokens: 7, output_tokens: 4, tool_calls: 2 },
      },
    ],
    usage: { inputTokens: 7, outputTokens: 4, turns: 3, costUsd: null, sessionId: 's' },
  },
  opencode: {
    adapter: opencodeAdapter,
    begun: [{ type: 'step_start', sessionID: 's', part: {} }],
    spoken: [
      { type: 'tool_use', sessionID: 's', part: { tool: 'bash', state: { status: 'completed' } } },
      step('tool-calls'),
      { type: 'text', sessionID: 's', part: { text: 'Done.' } },
    ],
    ended: [step('stop')],
    usage: { inputTokens: 30, outputTokens: 12, turns: 2, costUsd: 0.5, sessionId: 's' },
  },
  qwen: {
    adapter: qwenAdapter,
    begun: [{ type: 'system', subtype: 'init', session_id: 's', qwen_code_version: '1.2.3' }],
    spoken: [assistant('Done.', 4)],
    ended: [
      {
        type: 'result',
        subtype: 'success',
        is_error: false,
        num_turns: 1,
        result: 'Done.',
        usage: { input_tokens: 7, output_tokens: 4 },
      },
    ],
    usage: { inputTokens: 7, outputTokens: 4, turns: 1, costUsd: null, sessionId: 's' },
  },
  copilot: {
    adapter: copilotAdapter,
    begun: [
      { type: 'session.tools_updated', data: {} },
      { type: 'user.message', data: { content: 'p' } },
    ],
    spoken: [{ type: 'assistant.message', data: { content: 'Done.' } }],
    ended: [{ type: 'result', sessionId: 's', exitCode: 0, usage: {} }],
    usage: { inputTokens: 0, outputTokens: 0, turns: 1, costUsd: null, sessionId: 's' },
  },
  goose: {
    adapter: gooseAdapter,
    begun: [{ type: 'notification', extension_id: 'developer', log: { message: 'x' } }],
    spoken: [
      {
        type: 'message',
        message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
      },
    ],
    ended: [{ type: 'complete', total_tokens: 11 }],
    usage: { inputTokens: 0, outputTokens: 11, turns: 1, costUsd: null, sessionId: null },
  },
}

describe.each(Object.entries(samples))(
  'a session of %s',
  (_name, { adapter, begun, spoken, ended, usage }) => {
    const whole = jsonLines(...begun, ...spoken, ...ended)

    it.each([1, 7, 64, 100_000])('is read alike in pieces of %i characters', (pieceChars) => {
      const { noticed, summary } = read(adapter, whole, pieceChars)
      expect(noticed.filter(({ kind }) => kind === 'first_event')).toHaveLength(1)
      expect(noticed[0]?.kind).toBe('first_event')
      expect(summary).toMatchObject({ started: true, modelOutput: true, usage })
      expect(summary.result).not.toBeNull()
    })

    it('is a success when it ends well', () => {
      expect(judge(adapter, whole)).toMatchObject({
        class: 'success',
        neverStarted: false,
        resetAt: null,
      })
    })

    it('has said nothing of the model before the model spoke', () => {
      const { noticed, summary } = read(adapter, jsonLines(...begun))
      expect(summary.modelOutput).toBe(false)
      expect(noticed.map(({ kind }) => kind)).not.toContain('model_output')
    })

    it('survives garbage, and a last line without its newline', () => {
      const { summary } = read(adapter, `not json\n{"broken\n\n[1,2]\n${whole.trimEnd()}`, 11)
      expect(summary).toMatchObject({ started: true, modelOutput: true, usage })
    })

    it('is hollow when it exits 0 without an end, and when the model never spoke', () => {
      expect(judge(adapter, jsonLines(...begun)).class).toBe('hollow')
      expect(judge(adapter, '').class).toBe('hollow')
      expect(judge(adapter, jsonLines(...begun, ...ended)).class).toBe('hollow')
    })

    it('is interrupted by a signal that we did not send, which blames the host', () => {
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGHUP'])
        expect(
          judge(adapter, jsonLines(...begun, ...spoken), { exitCode: null, signal }),
        ).toMatchObject({
          class: 'interrupted',
          blame: 'host',
        })
    })

    it('stopped by us is what we stopped it for: our wish, or its limit once the model had spoken', () => {
      const stopped = { exitCode: null, signal: 'SIGTERM' }
      const out = jsonLines(...begun, ...spoken)
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'cancelled' }).class).toBe('interrupted')
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'timeout' }).class).toBe('timeout')
      expect(judge(adapter, out, { ...stopped, stoppedBy: 'silence' }).class).toBe('timeout')
      expect(judge(adapter, jsonLines(...begun), { ...stopped, stoppedBy: 'timeout' }).class).toBe(
        'network',
      )
      // What opencode reports last may be followed by more.
      const wholeThen = adapter === opencodeAdapter ? 'timeout' : 'success'
      expect(judge(adapter, whole, { ...stopped, stoppedBy: 'timeout' }).class).toBe(wholeThen)
    })

    it('is never judged by what the model wrote', () => {
      const prose = 'Error: rate limit reached, 401 Unauthorized, unknown option --x'
      const text = whole.replaceAll('Done.', prose)
      expect(text).toContain(prose)
      expect(judge(adapter, text).class).toBe('success')
    })

    it('with a refused argument speaks on standard error and never begins', () => {
      const errHead = "error: unknown option '--name'\n"
      expect(judge(adapter, '', { exitCode: 1, errHead })).toMatchObject({
        class: 'argument_error',
        blame: 'cli',
      })
    })
  },
)

describe('codex', () => {
  const { begun, spoken, ended } = samples['codex'] as Sample
  const failed = (message: string) =>
    jsonLines(...begun, { type: 'error', message }, { type: 'turn.failed', error: { message } })

  it.each([
    [
      'You’ve hit your usage limit. Upgrade to Pro, or try again at 10:34 AM.',
      'rate_limited',
      false,
    ],
    ['You’ve hit your usage limit. Upgrade to Pro to get more.', 'rate_limited', true],
    ['exceeded retry limit, last status: 429 Too Many Requests', 'rate_limited', false],
    ['unexpected status 401 Unauthorized: Incorrect API key provided', 'auth_error', false],
    ['stream disconnected before completion: idle timeout waiting for SSE', 'network', false],
    ["Codex ran out of room in the model's context window.", 'context_too_large', false],
  ])('turn.failed with %s is %s', (message, expected, person) => {
    const verdict = judge(codexAdapter, failed(message), { exitCode: 1 })
    expect(verdict.class).toBe(expected)
    expect(verdict.needsPerson ?? false).toBe(person)
  })

  it('a retry that was overcome explains nothing, and one that was not explains the stop', () => {
    const retry = {
      type: 'error',
      message: 'Reconnecting... 2/5 (unexpected status 401 Unauthorized: Incorrect API key)',
    }
    expect(judge(codexAdapter, jsonLines(...begun, retry, ...spoken, ...ended)).class).toBe(
      'success',
    )
    const stopped = { exitCode: null, signal: 'SIGTERM', stoppedBy: 'timeout' }
    expect(judge(codexAdapter, jsonLines(...begun, retry), stopped).class).toBe('auth_error')
    expect(judge(codexAdapter, jsonLines(...begun, retry, ...spoken), stopped).class).toBe(
      'timeout',
    )
  })

  it('a declined command is a denial, though the turn completed', () => {
    const declined = {
      type: 'item.completed',
      item: { type: 'command_execution', command: 'rm x', status: 'declined' },
    }
    expect(judge(codexAdapter, jsonLines(...begun, declined, ...ended)).class).toBe(
      'tool_permission',
    )
  })

  it('exit 1 in the middle of a turn, without a word, is an interruption', () => {
    expect(judge(codexAdapter, jsonLines(...begun), { exitCode: 1 })).toMatchObject({
      class: 'interrupted',
      blame: 'host',
    })
  })
})

describe('gemini', () => {
  const { begun, spoken } = samples['gemini'] as Sample
  const result = (more: object) => ({
    type: 'result',
    status: 'error',
    stats: { input_tokens: 0, output_tokens: 0, tool_calls: 0 },
    ...more,
  })

  it('exit 0 with a result of status error is what the error before it says', () => {
    const out = jsonLines(
      ...begun,
      { type: 'error', severity: 'error', message: 'Model stream ended without a finish reason.' },
      result({}),
    )
    expect(judge(geminiAdapter, out).class).toBe('overloaded')
  })

  it.each([
    [145, 'Request had invalid authentication credentials', 'auth_error'],
    [173, 'You have exhausted your daily quota on this model.', 'rate_limited'],
    [244, 'An internal error has occurred.', 'overloaded'],
  ])('exit %i is a status, no signal', (exitCode, message, expected) => {
    const out = jsonLines(
      ...begun,
      result({ error: { type: 'unknown', message: `[API Error: ${message}]` } }),
    )
    expect(judge(geminiAdapter, out, { exitCode }).class).toBe(expected)
  })

  it('a warning is no failure, and an error after which it spoke was overcome', () => {
    const warning = { type: 'error', severity: 'warning', message: 'loop detected' }
    const error = {
      type: 'error',
      severity: 'error',
      message: 'Model stream ended without a finish reason.',
    }
    const end = {
      type: 'result',
      status: 'success',
      stats: { output_tokens: 4, input_tokens: 7, tool_calls: 0 },
    }
    expect(judge(geminiAdapter, jsonLines(...begun, warning, error, ...spoken, end)).class).toBe(
      'success',
    )
  })
})

describe('opencode', () => {
  const { begun, spoken } = samples['opencode'] as Sample
  const error = (name: string, data: object) => ({
    type: 'error',
    sessionID: 's',
    error: { name, data },
  })

  it('an error is the end, unless a step follows', () => {
    const gone = error('APIError', { message: 'Incorrect API key provided', statusCode: 401 })
    expect(judge(opencodeAdapter, jsonLines(...begun, gone), { exitCode: 1 }).class).toBe(
      'auth_error',
    )
    expect(judge(opencodeAdapter, jsonLines(...begun, gone, ...spoken, step('stop'))).class).toBe(
      'success',
    )
  })

  it.each([
    ['length', 'task_failed'],
    ['content-filter', 'content_refused'],
    ['tool-calls', 'hollow'],
  ])('a last step that finished for %s is %s', (reason, expected) => {
    expect(judge(opencodeAdapter, jsonLines(...begun, ...spoken, step(reason))).class).toBe(
      expected,
    )
  })

  it('a rejected tool is a denial, though it exited 0', () => {
    const rejected = {
      type: 'tool_use',
      sessionID: 's',
      part: {
        tool: 'bash',
        state: {
          status: 'error',
          error: 'The user rejected permission to use this specific tool call.',
        },
      },
    }
    expect(judge(opencodeAdapter, jsonLines(...begun, rejected, step('stop'))).class).toBe(
      'tool_permission',
    )
  })

  it('that printed nothing until we stopped it was waiting for the model', () => {
    expect(
      judge(opencodeAdapter, '', { exitCode: null, signal: 'SIGTERM', stoppedBy: 'timeout' }).class,
    ).toBe('network')
  })

  it('a help text for an answer means refused arguments, and a locked database the host', () => {
    const errHead =
      'opencode run [message..]\n\nrun opencode with a message\n\nOptions:\n  -h, --help  show help\n'
    expect(judge(opencodeAdapter, '', { exitCode: 1, errHead }).class).toBe('argument_error')
    expect(
      judge(opencodeAdapter, '', { exitCode: 1, errHead: 'Error: database is locked\n' }).class,
    ).toBe('resource_exhausted')
  })
})

describe('qwen', () => {
  const { begun } = samples['qwen'] as Sample
  const failed = (message: string) =>
    jsonLines(...begun, assistant(`[API Error: ${message}]`, 0), {
      type: 'result',
      subtype: 'error_during_execution',
      is_error: true,
      num_turns: 1,
      usage: { input_tokens: 0, output_tokens: 0 },
      error: { message: `[API Error: ${message}]` },
    })

  it.each([
    ['401 Incorrect API key provided', 'auth_error'],
    [
      '400 Your account is not active, please check your billing details on our website.',
      'credits_depleted',
    ],
    ['404 The model `m` does not exist', 'model_unavailable'],
    ['Connection error. (cause: fetch failed)', 'network'],
  ])('its own error %s is %s, and not the model’s word', (message, expected) => {
    expect(judge(qwenAdapter, failed(message), { exitCode: 1 }).class).toBe(expected)
    expect(read(qwenAdapter, failed(message)).summary.modelOutput).toBe(false)
  })

  it('its own limit of time means the network when the model never answered, else the task', () => {
    const over = {
      exitCode: 55,
      errHead: 'Run aborted: wall-clock budget of 6s exceeded (--max-wall-time).\n',
    }
    expect(judge(qwenAdapter, jsonLines(...begun), over).class).toBe('network')
    expect(judge(qwenAdapter, jsonLines(...begun, assistant('I begin.', 4)), over).class).toBe(
      'timeout',
    )
  })

  it('a refused flag is one, though its help speaks of limits and budgets', () => {
    const errHead =
      'Unknown arguments: name\nUsage: qwen [options]\n\nOptions:\n      --max-wall-time  Run-level wall-clock budget; exceeded runs end. Exit code 55.\n'
    expect(judge(qwenAdapter, '', { exitCode: 1, errHead }).class).toBe('argument_error')
  })
})

describe('copilot', () => {
  const { begun, spoken } = samples['copilot'] as Sample
  const failed = (data: object) =>
    jsonLines(
      ...begun,
      { type: 'session.error', data },
      { type: 'result', sessionId: 's', exitCode: 1 },
    )

  it.each([
    [
      {
        errorType: 'authentication',
        message: 'Authentication failed with provider (HTTP 401).',
        statusCode: 401,
      },
      'auth_error',
    ],
    [
      {
        errorType: 'query',
        message:
          'retried 5 times (total retry wait time: 9 seconds) Last error: 500 The server had an error',
        statusCode: 500,
      },
      'overloaded',
    ],
    [
      {
        errorType: 'rate_limit',
        message:
          'retried 5 times (total retry wait time: 9 seconds) Last error: 429 Rate limit reached',
        statusCode: 429,
      },
      'rate_limited',
    ],
  ])('session.error %o is %s', (data, expected) => {
    expect(judge(copilotAdapter, failed(data), { exitCode: 1 }).class).toBe(expected)
  })

  it('a denied tool is a denial, though it exited 0', () => {
    const denied = {
      type: 'tool.execution_complete',
      data: { success: false, error: { code: 'denied', message: 'Permission denied' } },
    }
    const out = jsonLines(...begun, denied, ...spoken, {
      type: 'result',
      sessionId: 's',
      exitCode: 0,
    })
    expect(judge(copilotAdapter, out).class).toBe('tool_permission')
  })
})

describe('goose', () => {
  const message = (text: string) => ({
    type: 'message',
    message: { role: 'assistant', content: [{ type: 'text', text }] },
  })

  it.each([
    ['Ran into this error: Authentication error: 401 Unauthorized.', 'auth_error'],
    ['Ran into this error: Rate limit exceeded: slow down.', 'rate_limited'],
    ['Ran into this error: Network error: Could not connect to localhost.', 'network'],
    ['I’ve reached the maximum number of actions I can do without user input.', 'max_turns'],
  ])('exit 0 with %s is %s, and not the model’s word', (text, expected) => {
    const out = jsonLines(message(text), { type: 'complete', total_tokens: null })
    expect(judge(gooseAdapter, out).class).toBe(expected)
    expect(read(gooseAdapter, out).summary.modelOutput).toBe(false)
  })
})

describe('aider', () => {
  const banner = 'Aider v0.86.1\nMain model: m with diff edit format\n'
  const tokens = 'Tokens: 1.5k sent, 1,204 received. Cost: $0.01 message, $0.03 session.\n'

  it('is a success once the model answered, and its tokens are counted', () => {
    const out = `${banner}I changed the file.\n${tokens}`
    expect(judge(aiderAdapter, out).class).toBe('success')
    expect(read(aiderAdapter, out, 5).summary).toMatchObject({
      started: true,
      modelOutput: true,
      usage: { inputTokens: 1_500, outputTokens: 1_204, costUsd: 0.01, turns: 1 },
    })
  })

  it.each([
    [
      'litellm.AuthenticationError: AuthenticationError: invalid key\nThe API provider is not able to authenticate you. Check your API key.',
      'auth_error',
    ],
    [
      'litellm.RateLimitError: RateLimitError\nThe API provider has rate limited you. Try again later or check your quotas.',
      'rate_limited',
    ],
    ['Model m has hit a token limit!', 'context_too_large'],
  ])('exit 0 after %s is %s', (said, expected) => {
    expect(judge(aiderAdapter, `${banner}${said}\n`).class).toBe(expected)
  })

  it('exit 0 without an answer of the model is hollow', () => {
    expect(judge(aiderAdapter, banner).class).toBe('hollow')
  })
})
