// What is known of opencode and of kilo, which speaks the same dialect. Its unknown flags are answered by the help alone,
// which names neither flag nor fault.

import { anyOf, atStart } from '../patterns.ts'
import { codes } from '../tool.ts'
import type { ToolKnowledge } from '../tool.ts'

export const opencode: ToolKnowledge = {
  names: ['opencode', 'opencode-ai', 'sst-opencode'],
  rows: [
    {
      class: 'tool_permission',
      when: /^permission requested:.*auto-?reject|user rejected permission/i,
    },
    {
      class: 'argument_error',
      when: atStart(
        /Config file .* is not valid/,
        /You must provide a message/,
        /opencode (?:run )?\[/,
        /Invalid (?:configuration|config)/,
        /Unrecognized key/,
        /Configuration is invalid/,
      ),
    },
    {
      class: 'model_unavailable',
      when: atStart(
        /Model not found/,
        /ProviderModelNotFoundError/,
        /ProviderInitError/,
        /Provider not found/,
        /.*\bmodel\b.*(?:not found|not supported)/,
      ),
    },
    { class: 'session_conflict', when: /^Session not found/i },
    { class: 'resource_exhausted', when: /database is locked|SQLITE_BUSY|^Failed query:/i },
    { class: 'network', when: /^JSON parsing failed/i },
    { class: 'task_failed', when: /ended without assistant output/i },
    { class: 'context_too_large', when: /ContextOverflowError|prompt is too long/i },
  ],
  failsOnZero: atStart(
    /permission requested:.*auto-?reject/,
    /(?:AI_|Provider)\w*Error\b/,
    /Model not found/,
    /(?:UnknownError|APIError|UnexpectedError)\b/,
  ),
}

export const kilo: ToolKnowledge = {
  ...opencode,
  names: ['kilo', 'kilocode', 'kilo-code', '@kilocode/cli'],
  rows: [
    {
      class: 'credits_depleted',
      when: anyOf(
        /Low Credit/,
        /usage_limit_exceeded/,
        /Add credits/,
        /paid model/,
        /insufficient (?:credits|balance)/,
      ),
    },
    ...(opencode.rows ?? []),
  ],
  exitCode: codes({ 124: { class: 'timeout' } }),
  failsOnZero: atStart(
    /permission requested:.*auto-?reject/,
    /(?:AI_|Provider)\w*Error\b/,
    /Model not found/,
    /Low Credit/,
    /(?:UnknownError|APIError)\b/,
  ),
}
