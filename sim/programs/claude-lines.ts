// What the client claude prints, event by event, in the dialect of `--output-format stream-json`. Only what readers use
// is there; its sentences are those the client ends with.

const line = (event: object): string => `${JSON.stringify(event)}\n`

export const init = (sessionId: string, version: string): string =>
  line({
    type: 'system',
    subtype: 'init',
    session_id: sessionId,
    tools: ['Bash', 'Edit'],
    model: 'claude-sonnet',
    claude_code_version: version,
  })

export const assistant = (sessionId: string, text: string): string =>
  line({
    type: 'assistant',
    session_id: sessionId,
    message: {
      id: 'msg',
      role: 'assistant',
      model: 'claude-sonnet',
      content: [{ type: 'text', text }],
    },
  })

export const retry = (
  sessionId: string,
  attempt: number,
  error: string,
  status: number | null,
): string =>
  line({
    type: 'system',
    subtype: 'api_retry',
    session_id: sessionId,
    attempt,
    max_retries: 3,
    error,
    error_status: status,
  })

export const denied = (sessionId: string): string =>
  line({ type: 'system', subtype: 'permission_denied', session_id: sessionId, tool_name: 'Bash' })

export const limitRejected = (sessionId: string, resetsAtMs: number): string =>
  line({
    type: 'rate_limit_event',
    session_id: sessionId,
    rate_limit_info: {
      status: 'rejected',
      resetsAt: Math.floor(resetsAtMs / 1000),
      rateLimitType: 'five_hour',
    },
  })

export const ownError = (sessionId: string, text: string, error: string): string =>
  line({
    type: 'assistant',
    session_id: sessionId,
    error,
    message: { role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text }] },
  })

export interface ResultFields {
  readonly is_error: boolean
  readonly result: string
  readonly num_turns: number
  readonly outputTokens: number
  readonly subtype?: string
  readonly api_error_status?: number | null
  readonly stop_reason?: string
  readonly terminal_reason?: string
  readonly permission_denials?: readonly object[]
}

/** What it says that so many tokens of the model cost. */
export const costUsd = (outputTokens: number): number => outputTokens / 10_000

export function result(sessionId: string, fields: ResultFields): string {
  const { outputTokens, ...rest } = fields
  return line({
    type: 'result',
    subtype: 'success',
    session_id: sessionId,
    api_error_status: null,
    permission_denials: [],
    total_cost_usd: costUsd(outputTokens),
    usage: { input_tokens: 100, output_tokens: outputTokens },
    ...rest,
  })
}
