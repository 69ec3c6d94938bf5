// What is known of further agent clients: goose, cursor-agent, copilot, gptme, crush, amp, droid. Many of them exit
// 0 after a failed model call, so their own sentences are asked then too.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

/** goose exits 0 on every failure of the model layer. */
export const goose: ToolKnowledge = {
  names: ['goose', 'goose-cli', 'block-goose', 'codename-goose'],
  rows: [
    { class: 'max_turns', when: /reached the maximum number of actions/i },
    {
      class: 'argument_error',
      when: atStart(
        /Instruction file not found/,
        /Must provide either/,
        /.*did you mean to use/,
        /Recipe .*(?:not found|invalid)/,
      ),
    },
    { class: 'credits_depleted', when: /(?:Credits exhausted|Insufficient balance)/i },
    { class: 'rate_limited', when: /Rate limit exceeded:/i },
    {
      class: 'context_too_large',
      when: /(?:Context length exceeded|Unable to truncate messages|context limit)/i,
    },
    {
      class: 'auth_error',
      when: anyOf(
        /Authentication error:/,
        /Authentication failed/,
        /no (?:provider|credentials) configured/,
        /GOOSE_PROVIDER/,
        /goose configure/,
      ),
    },
    { class: 'network', when: /(?:Network error:|Could not connect to)/i },
    {
      class: 'model_unavailable',
      when: /(?:Endpoint not found|Model .*not found|Unknown provider)/i,
    },
    { class: 'overloaded', when: /^(?:.*Server error:)/i },
    {
      class: 'session_conflict',
      when: /(?:Cannot resume session|no such session file|session .* not found)/i,
    },
  ],
  failsOnZero: atStart(
    /Ran into this error/,
    /I['’]ve reached the maximum number of actions/,
    /(?:Authentication|Network|Server|Execution) error:/,
    /Rate limit exceeded:/,
    /Context length exceeded:/,
    /Credits exhausted/,
    /Request failed:/,
    /The error above was an exception/,
    /Unable to truncate/,
  ),
}

/** cursor-agent exits 0 when the account is out of usage. */
export const cursor: ToolKnowledge = {
  names: ['cursor-agent', 'cursor', 'cursor-cli', 'cursor_agent', 'agent'],
  rows: [
    { class: 'network', when: /\b(?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|getaddrinfo)\b/ },
    { class: 'launch_failed', when: /Workspace Trust Required|workspace is not trusted/i },
    {
      class: 'rate_limited',
      when: anyOf(
        /hit your (?:free requests|usage) limit.*reset/,
        /usage limits will reset/,
        /\bresource_exhausted\b/,
      ),
    },
    {
      class: 'credits_depleted',
      when: anyOf(
        /out of usage/,
        /increase (?:your|limits)/,
        /hit your usage limit/,
        /spendLimitHit: true/,
        /upgrade to pro/,
      ),
    },
    {
      class: 'auth_error',
      when: anyOf(
        /Authentication required/,
        /agent login/,
        /not logged in/,
        /API key (?:is )?(?:invalid|not)/,
        /\bunauthenticated\b/,
      ),
    },
    { class: 'model_unavailable', when: /Cannot use this model|model .*not (?:available|found)/i },
    { class: 'argument_error', when: /\[invalid_argument\]/i },
    { class: 'overloaded', when: /\[(?:unavailable|internal)\]/i },
    {
      class: 'network',
      when: anyOf(
        /\[(?:deadline_exceeded|aborted|canceled)\]/,
        /Connection (?:lost|stalled)/,
        /NGHTTP2/,
        /stream closed/,
      ),
    },
  ],
  failsOnZero: atStart(
    /(?:b: |S: |[A-Z]: )?ActionRequiredError/,
    /ConnectError/,
    /You['’]ve hit your/,
    /Authentication required/,
    /Cannot use this model/,
    /Workspace Trust/,
  ),
}

export const copilot: ToolKnowledge = {
  names: ['copilot', 'copilot-cli', 'github-copilot', 'gh-copilot', '@github/copilot'],
  rows: [
    {
      class: 'credits_depleted',
      when: anyOf(
        /You have no quota/,
        /402\b/,
        /Quota exceeded/,
        /quota_exceeded/,
        /exceeded your premium request/,
        /no premium requests/,
      ),
    },
    {
      class: 'rate_limited',
      when: anyOf(
        /hit (?:a|your) .*rate limit/,
        /rate_limited/,
        /exceeded your Copilot token usage/,
        /rate-limited/,
        // What the last of them was told decides, where that is said.
        /retried \d+ times \(total retry wait(?!.*\bLast error: (?!.*\b429\b))/,
      ),
    },
    {
      class: 'model_unavailable',
      when: anyOf(
        /from --model flag is not available/,
        /model .*not (?:available|supported|enabled)/,
      ),
    },
    { class: 'tool_permission', when: /Permission denied and could not request permission/i },
    {
      class: 'auth_error',
      when: anyOf(
        /No authentication information found/,
        /not created with authentication info/,
        /token found but could not be validated/,
        /Access denied by policy/,
        /not authorized to use/,
        /Failed to (?:fetch|load) .*(?:login|user)/,
        /Bad credentials/,
        /run .*\/login/,
      ),
    },
    { class: 'argument_error', when: /Invalid command format|prompt was not quoted/i },
  ],
  failsOnZero: atStart(
    /Execution failed/,
    /Model call failed/,
    /No authentication information found/,
    /Sorry, you['’]ve hit a rate limit/,
    /Quota exceeded/,
  ),
}

/** gptme ends with codes of its own when it is not interactive; 77 gathers a missing model and a service that is down. */
export const gptme: ToolKnowledge = {
  names: ['gptme'],
  rows: [
    { class: 'credits_depleted', when: /402 insufficient credits|insufficient credits/i },
    {
      class: 'argument_error',
      when: /is only allowed with --non-interactive|^No such option|^Usage: gptme/i,
    },
    {
      class: 'auth_error',
      when: anyOf(/No API key/, /API key .*not set/, /authentication_error/, /invalid x-api-key/),
    },
  ],
  exitCode: codes({
    2: { class: 'argument_error' },
    75: { class: 'rate_limited', or: ['credits_depleted'] },
    76: { class: 'auth_error' },
    77: { class: 'model_unavailable', or: ['overloaded', 'network'] },
  }),
}

export const crush: ToolKnowledge = {
  names: ['crush', 'charm-crush', '@charmland/crush'],
  rows: [
    { class: 'interrupted', when: /^(?:request cancell?ed by user|context cancell?ed)/i },
    { class: 'timeout', when: /^timeout waiting for agent/i },
    {
      class: 'auth_error',
      when: /^(?:no providers? configured|.*run 'crush' to set up|.*crush login)/i,
    },
    {
      class: 'model_unavailable',
      when: /(?:model .* not found|provider .* not (?:found|configured))/i,
    },
    { class: 'argument_error', when: /^(?:no prompt provided|unknown (?:flag|command)|accepts )/i },
  ],
}

/** Clients that classify by structure and families alone; named so that they count as agents. */
export const amp: ToolKnowledge = { names: ['amp', '@sourcegraph/amp'] }
export const droid: ToolKnowledge = {
  names: ['droid', 'factory-droid', 'factory'],
  rows: [
    { class: 'tool_permission', when: /insufficient permission to proceed|re-run with --auto/i },
  ],
}
