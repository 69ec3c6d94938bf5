// What is particular about the endings of qwen, copilot, goose and aider.

import { describe, expect, it } from 'vitest'

import { aiderAdapter } from '../../../src/drivers/agents/aider.ts'
import { copilotAdapter } from '../../../src/drivers/agents/copilot.ts'
import { gooseAdapter } from '../../../src/drivers/agents/goose.ts'
import { qwenAdapter } from '../../../src/drivers/agents/qwen.ts'
import { assistant, type Sample, samples } from './samples.ts'
import { jsonLines, judge, read } from './streams.ts'

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
