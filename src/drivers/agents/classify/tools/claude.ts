// What is known of claude (Claude Code): its flags' complaints, the typed fields of its result and what they mean, and
// the sentences it ends with. The adapter's verdict and `midwatch classify` read the same rows.

import type { FailureClass } from '../../../../model/failure.ts'
import type { Row } from '../row.ts'

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

/** Sentences of claude about its own trouble, precise ones first. */
export const claudeRows: readonly Row[] = [
  // The client refuses its arguments or its set-up before it asks anybody.
  {
    class: 'argument_error',
    when: /^(?:unknown option|unknown command|unknown argument|too many arguments|missing required argument|option '.+' argument .+ (?:is invalid|missing)|Invalid (?:session ID|MCP configuration|settings|model name|agents? )|When using --print|Input must be provided|--[\w-]+ (?:and --|cannot be|can only|requires|is not|must|only works|conflicts)|Settings file (?:not found|exceeds)|Cannot use both|.* is not a valid JSON Schema|Unknown (?:permission mode|output format))/i,
  },
  {
    class: 'session_conflict',
    when: /^(?:Session ID .+ is already in use|No conversation found|--?resume requires|No (?:deferred tool|session|conversation)s? .*found)/i,
  },
  {
    class: 'launch_failed',
    when: /^(?:claude native binary not installed|Claude configuration file .* corrupted|Configuration error in|Claude Code (?:requires|is not supported)|Current (?:working )?directory .*(?:deleted|no longer)|The current working directory (?:was deleted|no longer|does not))/i,
  },
  // Provider and account.
  { class: 'overloaded', when: /^Server is temporarily limiting requests/i },
  {
    class: 'credits_depleted',
    when: /\b(?:credit balance (?:is )?too low|insufficient credits|out of (?:extra usage|credits)|billing_error|purchase (?:more )?credits)\b/i,
  },
  {
    class: 'auth_error',
    when: /^(?:Not logged in|Invalid (?:API key|bearer token|auth)|Login (?:has )?expired|Failed to authenticate|OAuth (?:token|session)|Your (?:ANTHROPIC_\w+|account|organization) .*(?:disabled|does not have access|belongs to|not allowed)|Could not resolve authentication|Please (?:run \/login|log in)|Authentication (?:failed|required|error)|API key (?:is )?(?:invalid|missing|expired)|.* · (?:Please run \/login|Fix external API key)$)/i,
  },
  {
    class: 'rate_limited',
    when: /^(?:(?:You've|You have|You’ve) (?:hit|reached|exceeded) your .*limit|Claude (?:AI |Pro |Max |Opus |Sonnet )?usage limit|(?:\d+-hour|weekly|daily|monthly|session|opus|sonnet|usage) limit reached|(?:Spending|spend) cap reached|Your limit (?:will )?resets?|Rate limit(?:ed| reached| exceeded)|Request rejected \(429\)|Limit reached|.*\bwill regain access on\b)/i,
  },
  {
    class: 'model_unavailable',
    when: /^(?:There's an issue with the selected model|.*\bmodel\b.*(?:not available|does not exist|not found|no longer available|is not supported|has been (?:retired|deprecated))|Claude \w+ is not available)|"not_found_error","message":"model:/i,
  },
  {
    class: 'content_refused',
    when: /\b(?:violate (?:our|the) Usage Policy|safeguards flagged|can't help with this|usage policy|content filtering policy)\b/i,
  },
  {
    class: 'context_too_large',
    when: /\b(?:prompt is too long|input is too long|conversation (?:is )?too long|exceeds? (?:the )?context (?:limit|window)|exceeds the context window|Context limit reached|Request (?:size exceeds|too large)|request_too_large|maximum context length|compaction failed|image exceeds|piped stdin input exceeds)\b/i,
  },
  {
    class: 'interrupted',
    when: /^(?:Interrupted\b|\[?Request (?:was )?(?:interrupted|aborted)|Operation (?:aborted|cancell?ed))/i,
  },
  {
    class: 'tool_permission',
    when: /^(?:Claude requested permissions? to|.*\byou haven't granted it yet)/i,
  },
  {
    class: 'network',
    when: /^(?:Unable to connect|Connection (?:refused|error|to the API|closed|reset|timed out|was lost)|No internet|Couldn't connect|Request timed out|terminated$|fetch failed|(?:API )?(?:returned an )?.*empty or malformed response|Response stalled|The (?:connection|response) (?:was |has )?(?:lost|closed|stopped)|(?:Self-signed|SSL|TLS) certificate|SSL certificate)|\((?:E[A-Z]{4,}|ERR_[A-Z_]+|CERT_[A-Z_]+)\)/i,
  },
  {
    class: 'overloaded',
    when: /\b(?:overloaded(?:_error)?|Internal server error|server error|server-side issue|api_error|Repeated 5\d\d)\b/i,
  },
  { class: 'task_failed', when: /response exceeded the \d+ output token maximum/i },
  {
    class: 'max_turns',
    when: /^(?:Reached (?:maximum number of turns|max(?:imum)? (?:turns|budget))|Max(?:imum)? turns)/i,
  },
]
