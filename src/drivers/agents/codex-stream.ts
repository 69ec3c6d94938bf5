// How codex tells a session (`codex exec --json`). Only `turn.completed` and `turn.failed` are final; an `error` event may
// be a noted retry ("Reconnecting…"), and an item of type error stands in every good session.

import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText } from './classify/channels.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect, Said } from './event-stream.ts'

export const codexDialect: Dialect = {
  read(event) {
    switch (event['type']) {
      case 'thread.started':
        return { started: 'codex', sessionId: asText(event['thread_id']) }
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        return readItem(event)
      case 'error':
        return { signal: event }
      case 'turn.failed':
        return { result: event }
      case 'turn.completed':
        return { result: event, ...usageOf(event) }
      default:
        return {}
    }
  },
  isRetry: (signal) => retryReason(signal) !== null,
}

export const codexEndings: EndingKnowledge = {
  tool: 'codex',
  retryReason,
  // Asked to stop by SIGINT it exits 1 in the middle of a turn, without a word.
  stoppedExits: [1],
}

function readItem(event: Json): Said {
  const item = asObject(event['item'])
  const type = asText(item?.['type'])
  if (type === null || type === 'error' || type === 'user_message') return {}
  return { spoke: true, ...(item?.['status'] === 'declined' && { signal: event }) }
}

/** `Reconnecting... 2/5 (unexpected status 401 …)` and `Reconnecting... waiting for network (…)`. */
function retryReason(signal: Json): string | null {
  const said = /^Reconnecting\.{3}[^(]*(?:\((.*)\))?/s.exec(asText(signal['message']) ?? '')
  return said === null ? null : (said[1] ?? 'Reconnecting')
}

function usageOf(event: Json): Pick<Said, 'usage'> {
  const usage = asObject(event['usage'])
  if (usage === null) return {}
  return {
    usage: {
      inputTokens: asNumber(usage['input_tokens']) ?? 0,
      outputTokens: asNumber(usage['output_tokens']) ?? 0,
      costUsd: null,
      turns: usage['output_tokens'] === 0 ? 0 : 1,
      whole: false,
    },
  }
}
