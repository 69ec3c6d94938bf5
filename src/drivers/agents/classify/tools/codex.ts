// What is known of codex (OpenAI Codex CLI). `turn.failed` alone is final; "Reconnecting…" and error items stand in good
// runs. Usage limits come with a straight or a curly apostrophe, and clock times without a zone.

import { anyOf, asWord, atStart } from '../patterns.ts'
import type { Row } from '../row.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

const rows: readonly Row[] = [
  {
    class: 'argument_error',
    when: atStart(
      /Error loading config/,
      /unexpected argument/,
      /invalid value/,
      /Invalid schema for/,
      /No prompt provided/,
      /wire_api/,
      /unknown (?:feature|variant|field)/,
      /.*\bis no longer supported\.?$/,
      /Unsupported (?:parameter|value)/,
      /failed to parse overrides/,
      /config profile/,
      /No prompt/,
    ),
  },
  {
    class: 'launch_failed',
    when: atStart(
      /Not inside a trusted directory/,
      /codex-linux-sandbox was required/,
      /failed to initialize/,
      /internal error; agent loop died/,
      /spawn failed/,
      /CODEX_HOME/,
    ),
  },
  {
    class: 'session_conflict',
    when: asWord(
      /no (?:rollout|conversation|thread|session) (?:found|with id)/,
      /previous response id not found/,
      /encrypted (?:reasoning )?content could not be verified/,
    ),
  },
  { class: 'task_failed', when: /\bpanicked\b(?! at .*spawn)(?!.*\bos error \d)/i },
  { class: 'resource_exhausted', when: /thread limit reached/i },
  { class: 'network', when: /^Access blocked by Cloudflare/i },
  {
    class: 'credits_depleted',
    when: atStart(
      /Quota exceeded\. Check your plan/,
      /.*\bexceeded your current quota, please check your plan/,
      /.*\bInsufficient quota\b/,
      /.*\bout of credits/,
      /You (?:have )?hit your spend cap/,
      /To use Codex with your ChatGPT plan, upgrade/,
      /Your account is not active/,
    ),
  },
  {
    class: 'rate_limited',
    when: atStart(
      /You['’]ve hit your usage limit/,
      /You have hit your usage limit/,
      /Rate limit reached/,
      /.*\bexceeded retry limit, last status: 429/,
    ),
  },
  {
    class: 'auth_error',
    when: atStart(
      /.*\bexceeded retry limit, last status: 40[13]/,
      /.*\baccess token could not be refreshed/,
      /Please (?:log out and )?sign in/,
      /Not logged in/,
      /Missing environment variable: `\w*(?:KEY|TOKEN)/,
      /Missing scopes/,
      /.*\bmissing scopes?\b/,
      /Incorrect API key/,
      /Your authentication token/,
      /Failed to refresh token/,
      /invalid key$/,
    ),
  },
  {
    class: 'overloaded',
    when: anyOf(
      /^Selected model is at capacity/,
      /currently experiencing high demand/,
      /^stream disconnected before completion: (?:.*An error occurred while processing|.*server (?:error|had an error)|.*overloaded)/,
      /\bexceeded retry limit, last status: 5\d\d/,
    ),
  },
  {
    class: 'context_too_large',
    when: anyOf(
      /exceeds the maximum length/,
      /ran out of room in the model's context/,
      /input exceeds the context window/,
      /Your input exceeds/,
      /exceeds the model's maximum context/,
    ),
  },
  {
    class: 'content_refused',
    when: anyOf(
      /flagged (?:for|as) (?:possible )?/,
      /violat\w+ .{0,30}usage polic/,
      /potentially violating/,
    ),
  },
  {
    class: 'model_unavailable',
    when: anyOf(
      /is not supported when using Codex/,
      /Invalid model name/,
      /does not have access to model/,
      /model .{0,80}(?:does not exist|not found|requires a newer version)/,
    ),
  },
  {
    class: 'network',
    when: atStart(
      /stream (?:disconnected|closed)/,
      /Connection failed/,
      /error sending request/,
      /Error while reading the server response/,
      /.*\bidle timeout waiting for/,
      /Reconnecting.* waiting for network/,
      /timeout waiting for child/,
    ),
  },
  {
    class: 'interrupted',
    when: atStart(
      /turn aborted/,
      /interrupted \(Ctrl/,
      /task interrupted/,
      /conversation interrupted/,
    ),
  },
  {
    class: 'tool_permission',
    when: atStart(
      /sandbox error: sandbox denied/,
      /.*\brejected by user approval/,
      /approval policy/,
    ),
  },
  {
    class: 'task_failed',
    when: atStart(
      /no last agent message/,
      /Warning: no last agent message/,
      /Incomplete response returned/,
    ),
  },
]

export const codex: ToolKnowledge = {
  names: ['codex', 'codex-cli', 'openai-codex', '@openai/codex', 'codex exec'],
  rows,
  exitCode: codes({ 2: { class: 'argument_error' } }),
  noise: atStart(
    /Reading (?:additional input|prompt) from stdin/,
    /\S+\s+(?:TRACE|DEBUG|INFO|WARN|ERROR) codex_\w+/,
    /ERROR codex_\w+::/,
    /WARNING: proceeding/,
    /Reconnecting\.\.\. \d/,
  ),
  failsOnZero: /^Warning: no last agent message/i,
}
