// Facts about the classifier: what outranks what, whose words count, and what it says beside the class.

import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/drivers/agents/classify/classify.ts'
import type { ClassifyInput } from '../../../src/drivers/agents/contract.ts'

const now = Date.UTC(2026, 8, 1, 12, 0)

function judge(over: Partial<ClassifyInput>) {
  return classify({
    tool: 'some-tool',
    exitCode: 1,
    signal: null,
    stdout: '',
    stderr: '',
    now,
    timeZone: 'UTC',
    ...over,
  })
}

const json = (...events: unknown[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')
const result = (over: object) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  num_turns: 2,
  ...over,
})

describe('what outranks what', () => {
  it('an absent exit code is unknown, never 0', () => {
    expect(judge({ exitCode: null }).class).toBe('unknown')
    expect(judge({ exitCode: 0 }).class).toBe('success')
  })

  it('a typed success stands though a limit ended the session after it, not against a plain failure', () => {
    const stdout = json(result({ result: 'Done.' }))
    for (const exitCode of [0, 124, 143])
      expect(judge({ tool: 'claude', stdout, exitCode }).class).toBe('success')
    expect(judge({ tool: 'claude', stdout, exitCode: 1 }).class).toBe('unknown')
    const turn = json({ type: 'turn.completed', usage: { output_tokens: 5 } })
    expect(judge({ tool: 'codex', stdout: turn, exitCode: 1 }).class).toBe('unknown')
  })

  it('a typed failure stands though the exit code is 0', () => {
    const failed = json(
      { type: 'thread.started' },
      { type: 'turn.failed', error: { message: 'unexpected status 401' } },
    )
    expect(judge({ tool: 'codex', stdout: failed, exitCode: 0 }).class).toBe('auth_error')
    const untold = json({ type: 'init' }, { type: 'result', status: 'error' })
    expect(judge({ tool: 'gemini', stdout: untold, exitCode: 0 }).class).not.toBe('success')
  })

  it('signals and reserved codes outrank text, but for the text that explains them', () => {
    const stderr = 'error: 429 too many requests'
    expect(judge({ exitCode: null, signal: 'SIGTERM', stderr }).class).toBe('interrupted')
    expect(judge({ exitCode: 124, stderr }).class).toBe('timeout')
    expect(judge({ exitCode: 127, stderr: 'sh: 1: foo: not found' }).class).toBe('launch_failed')
    expect(
      judge({ exitCode: null, signal: 'SIGABRT', stderr: 'FATAL: heap out of memory' }).class,
    ).toBe('resource_exhausted')
    expect(judge({ exitCode: null, signal: 'SIGKILL' }).class).toBe('resource_exhausted')
    expect(judge({ exitCode: null, signal: 'SIGSEGV' }).class).toBe('task_failed')
  })

  it('a tool’s exit codes outrank text, and where a code gathers classes the text chooses among them only', () => {
    expect(judge({ tool: 'gemini', exitCode: 41, stderr: 'network error' }).class).toBe(
      'auth_error',
    )
    expect(
      judge({ tool: 'gemini', exitCode: 42, stderr: 'Invalid session identifier "x".' }).class,
    ).toBe('session_conflict')
    expect(judge({ tool: 'gptme', exitCode: 77, stderr: 'Error code: 503' }).class).toBe(
      'overloaded',
    )
    expect(judge({ tool: 'gptme', exitCode: 77 }).class).toBe('model_unavailable')
  })

  it('a code above 128 is an HTTP status for gemini and a signal for others', () => {
    expect(judge({ tool: 'gemini', exitCode: 173 }).class).toBe('rate_limited')
    expect(judge({ tool: 'gemini', exitCode: 145 }).class).toBe('auth_error')
    expect(judge({ tool: 'bash', exitCode: 143 }).class).toBe('interrupted')
  })

  it('what nothing explains is unknown with head and tail; for a program that runs commands it is the task’s', () => {
    const stderr = `first words\n${'filler\n'.repeat(200)}last words`
    expect(judge({ stderr }).evidence).toMatch(/first words.*last words/)
    expect(judge({ stderr }).class).toBe('unknown')
    expect(judge({ tool: 'bash', stderr: 'nothing known' }).class).toBe('task_failed')
  })
})

describe('whose words count', () => {
  const quoted =
    "You've hit your limit · resets 3pm. API Error: 401. error: unknown option '--x'. ECONNREFUSED"

  it.each([
    ['claude', json(result({ result: quoted }))],
    [
      'codex',
      json(
        { type: 'item.completed', item: { type: 'agent_message', text: quoted } },
        { type: 'turn.completed', usage: { output_tokens: 9 } },
      ),
    ],
    ['gemini', `Here is what I found: ${quoted}`],
    ['opencode', `I fixed this: ${quoted}`],
    ['aider', `Applied edit\nCommit 1a2b3c4 handle ${quoted}`],
    ['goose', `The log said: ${quoted}`],
    ['copilot', `Done. It said: ${quoted}`],
    ['git', `[main 1a2b3c4] ${quoted}`],
    ['some-tool', quoted],
  ])('what %s wrote in a good run is no failure', (tool, stdout) => {
    expect(judge({ tool, stdout, exitCode: 0 }).class).toBe('success')
  })

  it('warnings on standard error of a good run are no failure', () => {
    expect(
      judge({ tool: 'claude', exitCode: 0, stdout: json(result({})), stderr: 'Error: 429 retried' })
        .class,
    ).toBe('success')
    expect(judge({ tool: 'docker', exitCode: 0, stderr: '#3 WARN: 429, retrying' }).class).toBe(
      'success',
    )
  })

  it('noted retries and reconnects are no failure of a run that then ended well', () => {
    const stdout = json(
      { type: 'error', message: 'Reconnecting... 2/5' },
      { type: 'turn.completed', usage: { output_tokens: 5 } },
    )
    expect(judge({ tool: 'codex', exitCode: 0, stdout }).class).toBe('success')
  })

  it('a noted reconnect alone explains nothing', () => {
    const stdout = json({ type: 'error', message: 'Reconnecting... 2/5 (stream disconnected)' })
    expect(judge({ tool: 'codex', exitCode: 1, stdout }).class).toBe('unknown')
  })

  it('standard error goes before prose on standard output', () => {
    const stdout = 'I will add a rate limit exceeded page.'
    expect(judge({ tool: 'opencode', stdout, stderr: 'Session not found' }).class).toBe(
      'session_conflict',
    )
  })

  it.each([
    ['goose', 'Ran into this error: Network error: no route', 'network'],
    ['aider', 'litellm.RateLimitError: slow down', 'rate_limited'],
    ['cursor-agent', "ActionRequiredError: You're out of usage", 'credits_depleted'],
    ['opencode', '! permission requested: bash (x); auto-rejecting', 'tool_permission'],
    ['qwen-code', '[API Error: 401 invalid key]', 'auth_error'],
    ['tmux', 'error connecting to /tmp/x (No such file or directory)', 'launch_failed'],
  ])('%s exits 0 after failures, so its own sentences count then too', (tool, stdout, wanted) => {
    expect(judge({ tool, stdout, exitCode: 0 }).class).toBe(wanted)
  })
})

describe('typed events', () => {
  it.each([
    ['claude', [result({ is_error: true, result: 'x', api_error_status: 529 })], 'overloaded'],
    [
      'claude',
      [result({ is_error: true, terminal_reason: 'prompt_too_long' })],
      'context_too_large',
    ],
    ['claude', [result({ subtype: 'error_max_turns' })], 'max_turns'],
    ['claude', [result({ permission_denials: [{ tool_name: 'Write' }] })], 'tool_permission'],
    ['claude', [result({ terminal_reason: 'hook_stopped' })], 'task_failed'],
    [
      'claude',
      [{ type: 'assistant', message: { content: [] }, error: 'billing_error' }],
      'credits_depleted',
    ],
    ['codex', [{ type: 'turn.completed', usage: { output_tokens: 0 } }], 'task_failed'],
    [
      'codex',
      [
        { type: 'item.completed', item: { status: 'declined', command: 'rm x' } },
        { type: 'turn.completed' },
      ],
      'tool_permission',
    ],
    [
      'gemini',
      [{ session_id: 's', error: { type: 'FatalTurnLimitedError', message: 'x', code: 53 } }],
      'max_turns',
    ],
    [
      'opencode',
      [{ type: 'error', error: { name: 'APIError', data: { message: 'x', statusCode: 402 } } }],
      'credits_depleted',
    ],
    [
      'opencode',
      [{ type: 'error', error: { name: 'ContextOverflowError', data: {} } }],
      'context_too_large',
    ],
    [
      'goose',
      [
        {
          messages: [{ content: [{ type: 'error', message: 'Status: 401' }] }],
          metadata: { status: 'completed' },
        },
      ],
      'auth_error',
    ],
    [
      'copilot',
      [{ type: 'session.error', data: { errorType: 'rate_limit', message: 'x' } }],
      'rate_limited',
    ],
    [
      'never-seen',
      [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }],
      'overloaded',
    ],
    [
      'never-seen',
      [{ error: { message: '{"error":{"code":"context_length_exceeded"}}' } }],
      'context_too_large',
    ],
  ])('%s %j', (tool, events, wanted) => {
    expect(judge({ tool, stdout: json(...events), exitCode: 1 }).class).toBe(wanted)
  })

  it('reads one object over many lines, and arrays of events', () => {
    const failure = { error: { message: 'x', code: 429 } }
    expect(judge({ stdout: `noise\n${JSON.stringify(failure, null, 2)}\nmore` }).class).toBe(
      'rate_limited',
    )
    expect(judge({ stdout: JSON.stringify([{ type: 'x' }, failure]) }).class).toBe('rate_limited')
  })
})

describe('names, blame and advice', () => {
  it('knows tools by aliases, paths and packages, and minds no unknown one', () => {
    for (const tool of [
      'gemini',
      'gemini-cli',
      'GEMINI',
      '/usr/bin/gemini',
      '@google/gemini-cli',
      'gemini@1.2.3',
    ])
      expect(judge({ tool, exitCode: 53 }).class, tool).toBe('max_turns')
    expect(judge({ tool: '', exitCode: 53 }).class).toBe('unknown')
  })

  it('a stated reset makes a limit the account’s, an unstated one the provider’s', () => {
    const stated = judge({
      tool: 'claude',
      stdout: "You've hit your limit · resets 3pm",
      timeZone: 'Asia/Tokyo',
    })
    expect(stated).toMatchObject({
      class: 'rate_limited',
      blame: 'account',
      retry: 'at_reset',
      resetAt: Date.UTC(2026, 8, 2, 6),
    })
    expect(judge({ stderr: 'HTTP 429' })).toMatchObject({
      blame: 'provider',
      retry: 'backoff',
      resetAt: null,
    })
  })

  it('says what comes next', () => {
    expect(judge({ exitCode: 0 }).retry).toBe('no')
    expect(judge({ stderr: 'HTTP 401' }).retry).toBe('person')
    expect(judge({ stderr: 'session not found' }).retry).toBe('now')
    expect(judge({ stderr: 'ECONNRESET' })).toMatchObject({
      retry: 'backoff',
      advice: expect.stringMatching(/\w/),
    })
  })

  it('strips control sequences and is bounded on large outputs', () => {
    expect(judge({ stderr: '\u001b[91m\u001b[1mError: \u001b[0mSession not found' }).class).toBe(
      'session_conflict',
    )
    const before = performance.now()
    const large = 'permission to tool model context session limit '.repeat(20_000)
    judge({ stdout: large, stderr: `${large}\nENOSPC` })
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})
