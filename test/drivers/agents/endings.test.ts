// What is particular about the endings of codex, gemini and opencode.

import { describe, expect, it } from 'vitest'

import { codexAdapter } from '../../../src/drivers/agents/codex.ts'
import { geminiAdapter } from '../../../src/drivers/agents/gemini.ts'
import { opencodeAdapter } from '../../../src/drivers/agents/opencode.ts'
import { type Sample, samples, step } from './samples.ts'
import { jsonLines, judge } from './streams.ts'

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
