// How goose tells a session (`run --output-format stream-json`). It exits 0 after failures of the model layer and words
// them as answers of the assistant ("Ran into this error: …"), which are not the model's word.

import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText } from './classify/channels.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect, Said } from './event-stream.ts'

export const gooseDialect: Dialect = {
  read(event) {
    const began: Said = { started: 'goose' }
    switch (event['type']) {
      case 'message':
        return { ...began, ...readMessage(asObject(event['message'])) }
      case 'error':
        return { ...began, signal: { type: 'error', message: textOf(event['error']) } }
      case 'complete':
        return { ...began, result: event, ...usageOf(event) }
      default:
        return asText(event['type']) === null ? {} : began
    }
  },
}

export const gooseEndings: EndingKnowledge = { tool: 'goose' }

/** Sentences that goose itself puts where an answer would be. */
const ownWords = /^(?:Ran into this error|I['’]ve reached the maximum number of actions)/

function readMessage(message: Json | null): Said {
  if (message?.['role'] !== 'assistant') return {}
  const content = message['content']
  const parts = (Array.isArray(content) ? content : []).map(asObject).filter((one) => one !== null)
  const own = parts.find((part) => ownWords.test((asText(part['text']) ?? '').trim()))
  if (own !== undefined) return { signal: { type: 'error', message: textOf(own['text']) } }
  const failed = parts.find((part) => part['type'] === 'error')
  if (failed !== undefined) return { signal: failed }
  return { spoke: parts.length > 0 }
}

function textOf(value: unknown): string {
  return asText(value) ?? JSON.stringify(value ?? 'an error without a text')
}

/** Only the sum is told; it is counted as output, for it says whether anything was done. */
function usageOf(event: Json): Pick<Said, 'usage'> {
  const total = asNumber(event['total_tokens'])
  if (total === null) return {}
  return {
    usage: { inputTokens: 0, outputTokens: total, costUsd: null, turns: 1, whole: true },
  }
}
