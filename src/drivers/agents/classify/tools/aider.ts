// What is known of aider, which puts litellm's exceptions into words of its own and returns 0 after them.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

/** aider returns 0 after failed model calls; its fixed descriptions stand on lines of their own. */
export const aider: ToolKnowledge = {
  names: ['aider', 'aider-chat'],
  rows: [
    {
      class: 'argument_error',
      when: /^(?:aider: error:|.*unrecognized arguments|Unknown (?:key|option) in)/i,
    },
    {
      class: 'launch_failed',
      when: /Unable to (?:list|read) (?:the )?(?:files in )?(?:the )?git repo|git repo corrupted/i,
    },
    {
      class: 'context_too_large',
      when: anyOf(
        /has hit a token limit/,
        /possibly exhausted context/,
        /ContextWindowExceededError/,
        /exceeds the .* token limit/,
      ),
    },
    {
      class: 'credits_depleted',
      when: /^(?:Insufficient credits|.*add credits|BudgetExceededError)/i,
    },
    {
      class: 'content_refused',
      when: /refused the request due to a safety policy|ContentPolicyViolationError/i,
    },
    {
      class: 'auth_error',
      when: anyOf(
        /not able to authenticate you/,
        /AuthenticationError/,
        /No LLM model was specified and no API keys/,
        /Missing these environment variables/,
        /PermissionDeniedError/,
      ),
    },
    {
      class: 'rate_limited',
      when: anyOf(
        /has rate limited you/,
        /RateLimitError/,
        /RESOURCE_EXHAUSTED/,
        /RouterRateLimitError/,
      ),
    },
    {
      class: 'model_unavailable',
      when: anyOf(
        /litellm\.(?:NotFoundError)/,
        /LLM Provider NOT provided/,
        /Unknown context window size.*unknown model/,
        /UnsupportedParamsError/,
      ),
    },
    {
      class: 'overloaded',
      when: anyOf(
        /servers are down or overloaded/,
        /InternalServerError/,
        /ServiceUnavailableError/,
        /is down, overloaded/,
      ),
    },
    {
      class: 'network',
      when: anyOf(
        /timed out without returning a response/,
        /APIConnectionError/,
        /litellm\.Timeout/,
      ),
    },
    { class: 'launch_failed', when: /You need to: pip install/i },
    { class: 'task_failed', when: /did not conform to the edit format|reflections allowed/i },
  ],
  exitCode: codes({ 2: { class: 'argument_error' } }),
  failsOnZero: atStart(
    /litellm\.\w+/,
    /The API provider(?:'s)? (?:is not able|has (?:rate|refused)|servers|timed out)/,
    /OpenRouter or the upstream/,
    /Model .* has hit a token limit/,
    /Insufficient credits/,
    /\w*(?:RateLimit|Authentication|ContextWindowExceeded|BadRequest|NotFound|APIConnection|ServiceUnavailable|InternalServer)Error\b/,
    /No LLM model was specified/,
    /Missing these environment variables/,
    /You need to: pip install/,
    /The LLM did not conform to the edit format/,
    /Only \d+ reflections allowed/,
  ),
}
