// How qwen tells a session (`-o stream-json`): claude's events with errors of its own. A failed call stands as an answer of
// the assistant (`[API Error: …]`) with no tokens, which is not the model's word.

import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText } from './classify/channels.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect, Said } from './event-stream.ts'

export const qwenDialect: Dialect = {
  read(event) {
    const sessionId = asText(event['session_id'])
    switch (event['type']) {
      case 'system':
        return event['subtype'] === 'init'
          ? { started: `qwen ${asText(event['qwen_code_version']) ?? ''}`.trim(), sessionId }
          : {}
      case 'assistant':
        return isOwnError(event) ? {} : { spoke: hasContent(event) }
      case 'result':
        return { result: event, sessionId, ...usageOf(event) }
      default:
        return {}
    }
  },
}

export const qwenEndings: EndingKnowledge = { tool: 'qwen' }

function contentOf(event: Json): readonly unknown[] {
  const content = asObject(event['message'])?.['content']
  return Array.isArray(content) ? content : []
}

const hasContent = (event: Json): boolean => contentOf(event).length > 0

function isOwnError(event: Json): boolean {
  const first = asText(asObject(contentOf(event)[0])?.['text'])
  const tokens = asNumber(asObject(asObject(event['message'])?.['usage'])?.['output_tokens'])
  return tokens === 0 && first !== null && /^\[?API Error\b/.test(first)
}

function usageOf(event: Json): Pick<Said, 'usage'> {
  const usage = asObject(event['usage'])
  if (usage === null) return {}
  return {
    usage: {
      // Cached tokens are part of the input here.
      inputTokens: asNumber(usage['input_tokens']) ?? 0,
      outputTokens: asNumber(usage['output_tokens']) ?? 0,
      costUsd: asNumber(event['total_cost_usd']),
      turns: asNumber(event['num_turns']) ?? 0,
      whole: true,
    },
  }
}
