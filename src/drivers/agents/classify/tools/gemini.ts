// What is known of gemini (Gemini CLI) and of antigravity. Exit codes carry much: 41–55 are its own,
// and in JSON modes the HTTP status modulo 256 is the exit code, so that a code above 128 is no signal.

import { classOfStatus } from '../http-status.ts'
import { anyOf, atStart } from '../patterns.ts'
import type { Row } from '../row.ts'
import type { CodeMeaning, ToolKnowledge } from '../tool.ts'

export const geminiRows: readonly Row[] = [
  {
    class: 'argument_error',
    when: atStart(
      /Unknown arguments?:/,
      /Invalid values:/,
      /Not enough arguments following/,
      /No input provided/,
      /The flags? --/,
      /The --[\w-]+ flag/,
      /Cannot use both/,
      /Please fix the configuration/,
      /Error in .*settings\.json/,
      /Invalid (?:configuration|settings)/,
    ),
  },
  {
    class: 'session_conflict',
    when: atStart(
      /(?:Error )?(?:resuming|starting) session/,
      /Invalid session identifier/,
      /Session ID .* already exists/,
      /No previous sessions/,
    ),
  },
  {
    class: 'launch_failed',
    when: atStart(
      /.*\bnot running in a trusted directory/,
      /.*\bfolder is not trusted/,
      /.*\bsandbox\b.*(?:not (?:found|installed|available)|failed|missing|could not)/,
      /Failed to (?:relaunch|start) /,
    ),
  },
  {
    class: 'overloaded',
    when: anyOf(
      /MODEL_CAPACITY_EXHAUSTED/,
      /no capacity available/,
      /model is overloaded/,
      /currently experiencing high demand/,
      /\bUNAVAILABLE\b/,
      /code 503/,
      /An internal error has occurred/,
      /stream ended without (?:a )?(?:finish reason|any text)/,
      /Model stream (?:ended|completed) with(?:out)?/,
    ),
  },
  {
    class: 'credits_depleted',
    when: anyOf(
      /INSUFFICIENT_G1_CREDITS/,
      /AI credits? balance/,
      /credits? balance is too low/,
      /free tier (?:has been discontinued|is not available)/,
      /enable billing/,
      /requires (?:billing|a paid)/,
      /billing (?:account|has not been|is) (?:not|been)?/,
    ),
  },
  {
    class: 'rate_limited',
    when: anyOf(
      /exhausted your (?:daily quota|capacity)/,
      /quota (?:will reset|limit|exceeded|reached)/,
      /reached your (?:daily|quota)/,
      /Individual quota reached/,
      /RESOURCE_EXHAUSTED/,
      /Resource has been exhausted/,
      /exceeded your current quota/,
      /TerminalQuotaError/,
      /RetryableQuotaError/,
      /Suggested retry after/,
      /Please retry in/,
      /limit: 0/,
      /Rate limiting detected/,
    ),
  },
  {
    class: 'auth_error',
    when: atStart(
      /Authentication cancelled/,
      /Please set an Auth method/,
      /When using (?:Gemini API|Vertex AI|OpenAI|Qwen)/,
      /You must specify/,
      /Failed to (?:login|log in|authenticate)/,
      /The enforced authentication/,
      /Invalid auth method/,
      /.*\b(?:API key not valid|API_KEY_INVALID|UNAUTHENTICATED|invalid authentication credentials|has been suspended|SERVICE_DISABLED|has not been used in project)/,
      /This account requires/,
      /.*GOOGLE_CLOUD_PROJECT/,
      /User location is not supported/,
      /Your current account is not eligible/,
      /Permission '.+' denied/,
      /Manual authorization is required/,
      /Authentication (?:timed out|timeout|consent)/,
    ),
  },
  {
    class: 'context_too_large',
    when: anyOf(
      /input token count/,
      /exceeds the maximum number of tokens/,
      /exceeded the token limit/,
      /payload size exceeds/,
      /context window will overflow/,
      /remaining context window limit/,
    ),
  },
  {
    class: 'content_refused',
    when: anyOf(
      /response was blocked/,
      /blocked due to/,
      /PROHIBITED_CONTENT/,
      /finish reason:? (?:SAFETY|RECITATION|BLOCKLIST)/,
      /data_inspection_failed/,
      /inappropriate content/,
    ),
  },
  {
    class: 'max_turns',
    when: anyOf(
      /max session turns/,
      /maxSessionTurns/,
      /maximum (?:session )?turns/,
      /loop (?:was )?detected/,
      /max[- ]tool[- ]calls/,
    ),
  },
  {
    class: 'model_unavailable',
    when: anyOf(
      /models?\/?\S* is not found for API version/,
      /ModelNotFoundError/,
      /model .{0,60}not (?:found|supported|exist)/,
    ),
  },
  {
    class: 'interrupted',
    when: /^(?:Operation cancell?ed|FatalCancellationError|.*request was aborted)/i,
  },
  {
    class: 'network',
    when: atStart(
      /terminated/,
      /.*fetch failed/,
      /.*exception TypeError/,
      /There was a network issue/,
      /.*Unexpected token .* is not valid JSON/,
      /Premature close/,
    ),
  },
]

/** A status modulo 256 lands on 144–255 for 400–511, and on 13–17 for 525–529. */
function statusOf(code: number): number | null {
  if (code >= 144 && code <= 255) return code + 256
  return code >= 13 && code <= 17 ? code + 512 : null
}

/** 54 gathers fatal tool errors, most often a full disk; 55 an untrusted folder. */
export function geminiCode(code: number): CodeMeaning | null {
  switch (code) {
    case 41:
      return { class: 'auth_error' }
    case 42:
      return { class: 'argument_error', or: ['session_conflict'] }
    case 44:
      return { class: 'launch_failed', or: ['resource_exhausted'] }
    case 52:
      return { class: 'argument_error' }
    case 53:
      return { class: 'max_turns' }
    case 54:
      return { class: 'task_failed', or: ['resource_exhausted', 'tool_permission'] }
    case 55:
      return { class: 'launch_failed', or: ['tool_permission'] }
    case 130:
      return { class: 'interrupted' }
  }
  const status = statusOf(code)
  const meant = status === null ? null : classOfStatus(status)
  if (meant !== null)
    return {
      class: meant,
      or: [
        'credits_depleted',
        'overloaded',
        'model_unavailable',
        'rate_limited',
        'context_too_large',
      ],
    }
  return status === null ? null : { class: 'unknown', or: textDecides }
}

const textDecides = [
  'auth_error',
  'context_too_large',
  'credits_depleted',
  'content_refused',
  'model_unavailable',
  'argument_error',
  'rate_limited',
  'network',
  'overloaded',
  'session_conflict',
] as const

export const gemini: ToolKnowledge = {
  names: [
    'gemini',
    'gemini-cli',
    '@google/gemini-cli',
    'antigravity',
    'agy',
    'antigravity-cli',
    'google-antigravity',
  ],
  rows: geminiRows,
  exitCode: geminiCode,
  noise: atStart(
    /Attempt \d+ failed/,
    /Retrying /,
    /YOLO mode/,
    /Warning: /,
    /Ripgrep is not/,
    /Loaded cached/,
    /Data collection/,
    /\[STARTUP\]/,
    /Approval mode/,
    /at /,
    /Tool output cleanup/,
    /Early cleanup/,
  ),
  failsOnZero: atStart(
    /\[API Error:/,
    /You have (?:exhausted|reached) your (?:capacity|daily|quota)/,
    /Individual quota reached/,
    /Error when talking to Gemini API/,
    /Model stream ended/,
  ),
}
