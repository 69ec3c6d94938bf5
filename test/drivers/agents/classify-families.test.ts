// Families of wordings by class and tool, in minimal words of our own.

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

/** Class → tool → what it says on standard error with exit code 1. */
const families: Record<string, Record<string, string[]>> = {
  argument_error: {
    claude: [
      "error: unknown option '--zap'",
      "error: option '--n <n>' argument 'x' is invalid.",
      'Error: --a can only be used with --b',
      'Error: Input must be provided',
    ],
    codex: [
      "error: unexpected argument '--zap' found",
      "error: invalid value 'x' for '--y'",
      "error: the argument '--a' cannot be used with '--b'",
    ],
    gemini: [
      'Unknown argument: zap',
      'Invalid values:\n  Argument: mode',
      'Not enough arguments following: m',
    ],
    aider: ['aider: error: unrecognized arguments: --zap'],
    'some-tool': [
      'unknown flag: --zap',
      'flag provided but not defined: -zap',
      'tool: unrecognized option `--zap`',
      'Error: No such option: --zap',
      'missing required argument: name',
      'unknown command "zap" for "tool"',
      '--json requires --quiet',
      '--a and --b are mutually exclusive',
      'Invalid config file: x.toml',
    ],
  },
  auth_error: {
    claude: [
      'Not logged in · Please run /login',
      'OAuth token has expired',
      'API Error: 401 no',
      'Your account is on hold',
    ],
    codex: [
      'exceeded retry limit, last status: 401 Unauthorized',
      'Missing environment variable: `X_API_KEY`.',
      'Please log out and sign in again.',
    ],
    'some-tool': [
      'invalid api key',
      'HTTP 401 Unauthorized',
      '403 Forbidden',
      'Authentication required',
      'token expired',
      'X_API_KEY is not set',
      'please run `tool login`',
    ],
  },
  credits_depleted: {
    claude: ['Credit balance is too low', "You've hit your monthly spend limit"],
    codex: ['Your workspace is out of credits.', 'insufficient_quota'],
    'some-tool': [
      '402 Payment Required',
      'Insufficient balance',
      'no remaining credits',
      'billing_hard_limit_reached',
    ],
  },
  rate_limited: {
    claude: [
      "You've hit your weekly limit",
      'API Error: Request rejected (429) · x',
      '5-hour limit reached',
    ],
    codex: [
      'You’ve hit your usage limit.',
      'exceeded retry limit, last status: 429 Too Many Requests',
    ],
    gemini: ['You have exhausted your daily quota on this model.', 'RESOURCE_EXHAUSTED'],
    docker: ['toomanyrequests: pull rate limit'],
    'some-tool': ['Rate limit exceeded', 'HTTP 429', 'Too many requests', 'daily quota exceeded'],
  },
  overloaded: {
    claude: ['API Error: 529 Overloaded', 'API Error: 500 {}', 'Opus is experiencing high load'],
    codex: [
      'Selected model is at capacity.',
      'unexpected status 503 Service Unavailable: upstream connect error',
    ],
    gemini: ['MODEL_CAPACITY_EXHAUSTED', 'The model is overloaded.'],
    'some-tool': ['502 Bad Gateway', 'internal server error', 'service temporarily unavailable'],
  },
  network: {
    claude: [
      'Unable to connect to API (ECONNREFUSED)',
      'Request timed out',
      'SSL certificate verification failed',
    ],
    codex: ['stream disconnected before completion: error sending request'],
    git: ['fatal: unable to access: Could not resolve host: x'],
    'some-tool': [
      'getaddrinfo ENOTFOUND x',
      'connection reset by peer',
      'dial tcp: i/o timeout',
      'fetch failed',
    ],
  },
  context_too_large: {
    claude: ['Prompt is too long', 'Context limit reached'],
    codex: ["Codex ran out of room in the model's context window."],
    'some-tool': [
      'maximum context length is 10 tokens',
      'context_length_exceeded',
      'input token count exceeds the maximum',
    ],
  },
  content_refused: {
    claude: ['API Error: Output blocked by content filtering policy'],
    'some-tool': ['response was blocked by safety settings', 'content_policy_violation'],
  },
  model_unavailable: {
    claude: ["There's an issue with the selected model (x)."],
    'some-tool': [
      'model x not found',
      'The model `x` does not exist',
      'model_not_found',
      'Cannot use this model: x',
    ],
  },
  session_conflict: {
    claude: ['Error: Session ID 1 is already in use.', 'No conversation found with session ID: 1'],
    codex: ['no rollout found for thread id 1'],
    'some-tool': ['session not found', 'no session with id x'],
  },
  tool_permission: {
    gemini: ['Tool execution for "Shell" requires user confirmation'],
    copilot: ['Permission denied and could not request permission from user'],
    'some-tool': ['command was denied by policy'],
  },
  max_turns: {
    goose: ["I've reached the maximum number of actions"],
    'some-tool': ['maximum number of turns reached'],
  },
  launch_failed: {
    node: ['Error: spawn x ENOENT', "Error: Cannot find module '/x'"],
    git: ["fatal: 'x' already exists", 'fatal: not a git repository'],
    docker: ['Cannot connect to the Docker daemon'],
    systemd: ['x.service: Main process exited, code=exited, status=203/EXEC'],
    'some-tool': ['bash: line 1: cd: /x: No such file or directory', 'x: command not found'],
  },
  resource_exhausted: {
    node: ['JavaScript heap out of memory', 'Error: spawn EAGAIN'],
    python: ['MemoryError', 'OSError: [Errno 28] No space left on device'],
    systemd: ["x.service: Failed with result 'oom-kill'."],
    bash: ['bash: fork: Resource temporarily unavailable'],
    'some-tool': ['ENOSPC', 'too many open files', 'database or disk is full'],
  },
  timeout: {
    node: ['Error: spawnSync x ETIMEDOUT'],
    python: ["subprocess.TimeoutExpired: Command 'x' timed out after 5 seconds"],
    systemd: ["x.service: Failed with result 'timeout'."],
  },
  interrupted: {
    crush: ['request canceled by user'],
    codex: ['turn aborted.'],
    'some-tool': ['KeyboardInterrupt'],
  },
}

describe('families of wordings', () => {
  const rows = Object.entries(families).flatMap(([wanted, tools]) =>
    Object.entries(tools).flatMap(([tool, texts]) =>
      texts.map((text) => [tool, text, wanted] as const),
    ),
  )

  it.each(rows)('%s: %s → %s', (tool, stderr, wanted) => {
    expect(judge({ tool, stderr }).class).toBe(wanted)
  })
})
