// How gemini tells a session (`-o stream-json`). The result's `status` decides, with exit 0 too; a result without an error
// of its own is explained by the error event before it. Asked to stop it exits 0 without a result.

import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText } from './classify/channels.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect, Said } from './event-stream.ts'

export const geminiDialect: Dialect = {
  read(event) {
    switch (event['type']) {
      case 'init':
        return {
          started: `gemini ${asText(event['model']) ?? ''}`.trim(),
          sessionId: asText(event['session_id']),
        }
      case 'message':
        return event['role'] === 'assistant' && asText(event['content']) !== null
          ? { spoke: true }
          : {}
      case 'tool_use':
        return { spoke: true }
      case 'error':
        return event['severity'] === 'warning' ? {} : { signal: event }
      case 'result':
        return { result: event, ...usageOf(event) }
      default:
        return {}
    }
  },
  // An error after which the model spoke was overcome.
  isRetry: (signal) => signal['type'] === 'error',
}

export const geminiEndings: EndingKnowledge = { tool: 'gemini' }

/** Each tool call asks for one more turn; the client does not count turns itself. */
function turnsOf(stats: Json): number {
  return asNumber(stats['output_tokens']) === 0 ? 0 : (asNumber(stats['tool_calls']) ?? 0) + 1
}

function usageOf(event: Json): Pick<Said, 'usage'> {
  const stats = asObject(event['stats'])
  if (stats === null) return {}
  return {
    usage: {
      inputTokens: asNumber(stats['input_tokens']) ?? 0,
      outputTokens: asNumber(stats['output_tokens']) ?? 0,
      costUsd: null,
      turns: turnsOf(stats),
      whole: true,
    },
  }
}
