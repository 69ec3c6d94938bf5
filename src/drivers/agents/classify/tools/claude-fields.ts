// The typed fields of claude's events and what they mean, where one alone is certain.

import type { FailureClass } from '../../../../model/failure.ts'

/** `terminal_reason` of the result, where it alone decides. `api_error` and `completed` do not. */
export const terminalReasons: Readonly<Record<string, FailureClass>> = {
  max_turns: 'max_turns',
  budget_exhausted: 'max_turns',
  prompt_too_long: 'context_too_large',
  blocking_limit: 'context_too_large',
  rapid_refill_breaker: 'context_too_large',
  image_error: 'context_too_large',
  aborted_streaming: 'interrupted',
  aborted_tools: 'interrupted',
  hook_stopped: 'task_failed',
  stop_hook_prevented: 'task_failed',
  tool_deferred: 'tool_permission',
}

/** `subtype` of the result, where it alone decides. `success` does not: every API failure carries it. */
export const subtypes: Readonly<Record<string, FailureClass>> = {
  error_max_turns: 'max_turns',
  error_max_budget_usd: 'max_turns',
  error_max_structured_output_retries: 'task_failed',
}

/** `error` of an assistant event that is certain. `server_error`, `invalid_request` and `unknown` are not. */
export const certainErrors: Readonly<Record<string, FailureClass>> = {
  authentication_failed: 'auth_error',
  authentication_error: 'auth_error',
  oauth_org_not_allowed: 'auth_error',
  permission_error: 'auth_error',
  billing_error: 'credits_depleted',
  rate_limit: 'rate_limited',
  rate_limit_error: 'rate_limited',
  overloaded: 'overloaded',
  overloaded_error: 'overloaded',
  model_not_found: 'model_unavailable',
  max_output_tokens: 'task_failed',
}
