// What each scenario should mean, for every client, and where a client tells less than the others.

import type { FailureClass } from '../../src/model/failure.ts'

export interface Case {
  readonly name: string
  readonly scenario: string
  readonly about: string
  readonly expect: FailureClass | 'one of several'
  /** Clients whose ending honestly means something else, with the reason. */
  readonly but?: Readonly<Record<string, readonly [expected: readonly FailureClass[], why: string]>>
  readonly tools?: readonly string[]
  readonly prompt?: string
  readonly permissions?: 'plan' | 'edit' | 'full'
  /** What must lie in the folder afterwards. */
  readonly proof?: boolean
  readonly limitMs?: number
  readonly more?: readonly string[]
  readonly strike?: NodeJS.Signals
  readonly plan?: true
  /** Sends the optional flags even where the build lacks them. */
  readonly blindly?: true
  readonly url?: 'nobody'
}

const silent = [
  'opencode retries in silence for longer than we wait',
  'qwen retries in silence until its own limit',
] as const
const network: readonly FailureClass[] = ['network']

export const cases: readonly Case[] = [
  {
    name: 'success',
    scenario: 'ok',
    about: 'one tool call, one answer',
    expect: 'success',
    proof: true,
  },
  {
    name: 'full',
    scenario: 'ok',
    about: 'permissions: full (as root here)',
    expect: 'success',
    permissions: 'full',
    proof: true,
  },
  {
    name: 'plan',
    scenario: 'ok',
    about: 'permissions: plan; the model asks for the shell all the same',
    expect: 'success',
    permissions: 'plan',
    proof: false,
    but: {
      claude: [['tool_permission', 'success'], 'a denied tool is told'],
      copilot: [['tool_permission', 'success'], 'a denied tool is told'],
      opencode: [['tool_permission', 'success'], 'a denied tool is told'],
    },
  },
  {
    name: 'slash prompt',
    scenario: 'ok',
    about: 'the prompt is `/help`',
    expect: 'success',
    prompt: '/help',
    proof: true,
  },
  {
    name: 'dash prompt',
    scenario: 'ok',
    about: 'the prompt is `--version`',
    expect: 'success',
    prompt: '--version',
    proof: true,
  },
  {
    name: 'long prompt',
    scenario: 'ok',
    about: 'a prompt of 300,000 bytes',
    expect: 'success',
    prompt: 'work '.repeat(60_000),
    proof: true,
  },
  {
    name: 'unknown flag',
    scenario: 'ok',
    about: '`--bogus-flag` is sent',
    expect: 'argument_error',
    more: ['--bogus-flag'],
  },
  {
    name: 'optional flag, unprobed',
    scenario: 'ok',
    about: '`--name` is sent blindly',
    expect: 'success',
    tools: ['claude'],
    blindly: true,
    but: { 'claude 2.1.74': [['argument_error'], 'this build has no --name'] },
  },
  { name: '401', scenario: '401', about: 'the key is refused', expect: 'auth_error' },
  {
    name: 'throttle',
    scenario: 'throttle',
    about: '429, so many per minute',
    expect: 'rate_limited',
    but: { qwen: [network, silent[1]], opencode: [['rate_limited', 'network'], silent[0]] },
  },
  {
    name: 'plan limit',
    scenario: 'plan-limit',
    about: '429, the plan is used up',
    expect: 'rate_limited',
    plan: true,
    but: { qwen: [network, silent[1]], opencode: [['rate_limited', 'network'], silent[0]] },
  },
  {
    name: 'credit',
    scenario: 'credit',
    about: 'no money',
    expect: 'credits_depleted',
    but: {
      gemini: [['credits_depleted', 'auth_error'], 'its sentence speaks of the country, too'],
    },
  },
  { name: '404', scenario: '404', about: 'no such model', expect: 'model_unavailable' },
  {
    name: 'too long',
    scenario: 'too-long',
    about: 'the context is too large',
    expect: 'context_too_large',
  },
  {
    name: '500',
    scenario: '500',
    about: 'the service fails',
    expect: 'overloaded',
    but: { qwen: [network, silent[1]], opencode: [network, silent[0]] },
  },
  {
    name: '529',
    scenario: '529',
    about: 'the service is overloaded',
    expect: 'overloaded',
    but: { qwen: [network, silent[1]], opencode: [network, silent[0]] },
  },
  { name: 'refused', scenario: 'ok', about: 'nobody listens', expect: 'network', url: 'nobody' },
  { name: 'hang', scenario: 'hang', about: 'no answer ever', expect: 'network', limitMs: 20_000 },
  {
    name: 'cut',
    scenario: 'cut',
    about: 'the stream breaks off',
    expect: 'network',
    but: {
      opencode: [['network', 'timeout'], silent[0]],
      copilot: [['network', 'overloaded'], 'it calls it a server error'],
    },
  },
  {
    name: 'empty',
    scenario: 'empty',
    about: 'a good status and no answer',
    expect: 'network',
    but: {
      gemini: [['overloaded'], 'no finish reason'],
      qwen: [['network', 'overloaded'], 'no finish reason'],
      copilot: [['network', 'overloaded', 'hollow'], 'it calls it a server error'],
      opencode: [['network', 'hollow'], 'it asks again and again'],
    },
  },
  {
    name: 'empty stream',
    scenario: 'empty-stream',
    about: 'an empty stream, and a good answer in one piece',
    expect: 'success',
    tools: ['claude'],
    proof: true,
  },
  {
    name: 'refusal',
    scenario: 'refuse',
    about: 'the model declines',
    expect: 'content_refused',
    but: Object.fromEntries(
      ['codex', 'gemini', 'qwen', 'copilot'].map((tool) => [
        tool,
        [['success', 'content_refused'], 'it does not tell why the model stopped'] as const,
      ]),
    ),
  },
  {
    name: 'later 401',
    scenario: 'later-401',
    about: 'refused after the first tool call',
    expect: 'auth_error',
    proof: true,
  },
  {
    name: 'later plan limit',
    scenario: 'later-plan-limit',
    about: 'used up after the first tool call',
    expect: 'rate_limited',
    plan: true,
    proof: true,
    but: { qwen: [['timeout'], silent[1]], opencode: [['rate_limited', 'timeout'], silent[0]] },
  },
  {
    name: 'SIGTERM',
    scenario: 'hang',
    about: 'ended from outside while it waits',
    expect: 'interrupted',
    strike: 'SIGTERM',
    but: { gemini: [['hollow', 'interrupted'], 'it exits 0 without a word'] },
  },
  {
    name: 'SIGKILL',
    scenario: 'long',
    about: 'killed while its tool runs',
    expect: 'interrupted',
    strike: 'SIGKILL',
  },
]
