// What is known of claude (Claude Code): its flags' complaints, the typed fields of its result and what they mean, and
// the sentences it ends with. The adapter's verdict and `midwatch classify` read the same rows.

import type { FailureClass } from '../../../../model/failure.ts'
import type { Row } from '../row.ts'
import type { ToolKnowledge } from '../tool.ts'

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
    when: /^(?:unknown option|unknown command|unknown argument|too many arguments|missing required argument|option '.+' argument .+ (?:is invalid|missing)|Invalid (?:session ID\. Must|MCP config|settings|model name|--?\w|permission)|When using --print|Input (?:must be provided|contained only whitespace)|--[\w-]+ .{0,40}(?:and --|conflict|cannot|can only|requires|is not|must|only works|takes a|file not found)|Settings file (?:not found|exceeds)|Cannot use both|.* is not a valid JSON Schema|Unknown (?:permission mode|output format)|MCP tool .* not found|stream-json input carried|.*\bmust be one of\b|Invalid JSON provided)/i,
  },
  {
    class: 'session_conflict',
    when: /^(?:Session ID .+ is already in use|No conversation found|--?resume requires|No (?:deferred tool|session|conversation)s? .*found|Failed to resume the conversation|This (?:conversation|session) is (?:already )?(?:open|running)|This session('s saved conversation is no longer| has no saved transcript))/i,
  },
  {
    class: 'launch_failed',
    when: /^(?:claude native binary not installed|Claude configuration file .* corrupted|Configuration error in|Could not read Claude Code config|Claude Code (?:requires|is being updated|couldn't restart)|(?:The )?[Cc]urrent (?:working )?directory .*(?:deleted|no longer)|Can't read the current directory|Could not locate the Claude CLI|Workspace not trusted|Temp directory .* Refusing|CLAUDE_CODE_PROCESS_WRAPPER)/i,
  },
  // Provider and account.
  { class: 'network', when: /timeout of \d+ ?ms exceeded/i },
  {
    class: 'overloaded',
    when: /^(?:Server is temporarily limiting requests|.*\bis experiencing high load|Server error mid-response|Repeated 5\d\d)/i,
  },
  {
    class: 'rate_limited',
    when: /^(?:.*\bspend(?:ing)? (?:cap|limit)\b.*\bresets?\b|You(?:'|’)?(?:ve| have) (?:hit|reached|exceeded) your (?!.*\b(?:spend|budget)\b).*limit)/i,
  },
  {
    class: 'credits_depleted',
    when: /\b(?:credit balance (?:is )?too low|insufficient credits|out of (?:extra usage|usage credits|credits)|billing_error|purchase (?:more )?credits|Usage credits required|credits_required|(?:monthly |individual )?spend(?:ing)? (?:limit|cap)|shared budget)\b/i,
  },
  {
    class: 'auth_error',
    when: /^(?:Not (?:logged|signed) in|Invalid (?:API key|bearer token|auth|request header|ANTHROPIC)|(?:Claude\.ai |Anthropic profile )?[Ll]ogin (?:has )?(?:expired|was rejected|not accepted)|Claude login not accepted|Failed to authenticate|Failed to refresh|Could not (?:refresh your login|load (?:AWS|Google|the default))|OAuth (?:token|session|account)|JWT refresh|Signed out|(?:This|Your) (?:\w+ )?(?:ANTHROPIC_\w+|account|organization|apiKeyHelper).*(?:disabled|does not have access|belongs to|not allowed|on hold|is failing|has not)|Could not resolve authentication|Please (?:run \/login|log in)|Authentication (?:failed|required|error)|(?:AWS|Google Cloud|Microsoft Foundry|Azure) (?:credentials|authentication|default-chain)|Gateway refused|Cloud gateway|Administrator policy requires|API key (?:is )?(?:invalid|missing|expired|not)|.* · (?:Please run \/login|Fix external API key|Sign in again.*)$|40[13]\b|.*does not meet scope requirement|.*\brejected the session token)/i,
  },
  {
    class: 'rate_limited',
    when: /^(?:Claude (?:AI |Pro |Max |Opus |Sonnet )?usage limit|(?:\d+-hour|weekly|daily|monthly|session|opus|sonnet|usage) limit (?:reached|exceeded)|Your limit (?:will )?resets?|Rate limit(?:ed| reached| exceeded)|Request rejected \(429\)|Limit reached|.*\bwill regain access on\b|upstream rate limit)/i,
  },
  {
    class: 'model_unavailable',
    when: /^(?:There's an issue with the selected model|.*\bmodel\b.*(?:not available|does not exist|not found|no longer available|not a recognized|is restricted|is not supported(?! when)|does not support|has been (?:retired|deprecated))|Claude \w+ is not available|Claude Code .*(?:does not support this model|can't start: your organization)|Can't switch to the default model)|"not_found_error","message":"model:/i,
  },
  {
    class: 'content_refused',
    when: /\b(?:violate (?:our|the) Usage Policy|safeguards flagged|safety measures that flagged|can't help with this|usage policy|content filtering policy|classifier request refused)\b/i,
  },
  {
    class: 'context_too_large',
    when: /\b(?:prompt[ _]is[ _]too[ _]long|prompt_too_long|input is too long|conversation (?:is )?too long|exceeds? (?:the )?context (?:limit|window)|exceeds the context window|exceed context limit|Context (?:limit reached|exceeds)|Request (?:size exceeds|too large)|request_too_large|request too large|maximum context length|compaction failed|image (?:exceeds|was too large)|PDF too large|piped stdin input exceeds)\b/i,
  },
  {
    class: 'interrupted',
    when: /^(?:Interrupted\b|\[?Request (?:was )?(?:interrupted|aborted)|Operation (?:aborted|cancell?ed))/i,
  },
  {
    class: 'tool_permission',
    when: /^(?:Claude requested permissions? to|.*\byou haven't granted it yet|Auto mode .*(?:blocking it|cannot determine)|Permission to use .* has been denied|.*covered by a .* deny rule|Ignoring \d+ permissions\.allow entries)/i,
  },
  {
    class: 'network',
    when: /^(?:Unable to connect|Connection (?:refused|error|to the API|closed|reset|timed out|was lost|lost|dropped)|Can't reach the API|No internet|No response from API|Couldn't connect|Request timed out|terminated$|fetch failed|(?:API )?(?:returned an )?.*empty or malformed response|Response stalled|Part of the response never|The (?:connection|response)\b.* (?:lost|closed|stopped|stalled|dropped|malformed)|(?:Self-signed|SSL|TLS) certificate|Socket is closed|Streaming response ended|Your computer went to sleep|.*unable to get local issuer|.*proxy refused the connection|Stream event unreadable|Content block (?:not found|already))|\((?:E[A-Z]{4,}|ERR_[A-Z_]+|CERT_[A-Z_]+|UNABLE_\w+)\)/i,
  },
  {
    class: 'overloaded',
    when: /\b(?:overloaded(?:_error)?|Internal server error|server error|server-side issue|api_error|Repeated 5\d\d|all upstreams failed|temporarily unavailable)\b/i,
  },
  {
    class: 'task_failed',
    when: /response exceeded the \d+ output token maximum|due to tool use concurrency|orphaned tool_result|duplicate tool_use/i,
  },
  {
    class: 'max_turns',
    when: /^(?:Reached (?:maximum number of turns|max(?:imum)? (?:turns|budget))|Max(?:imum)? turns|(?:Error: )?Exceeded USD budget)/i,
  },
]

export const claude: ToolKnowledge = {
  names: ['claude', 'claude-code', 'claude_code', 'claudecode', '@anthropic-ai/claude-code'],
  rows: claudeRows,
}
