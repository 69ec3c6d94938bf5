// How copilot tells a session (`--output-format json`). The result carries the exit code alone; what went wrong stands in
// `session.error` before it.

import type { Json } from './classify/channels.ts'
import { asObject, asText } from './classify/channels.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect } from './event-stream.ts'

export const copilotDialect: Dialect = {
  read(event) {
    const type = asText(event['type']) ?? ''
    const data = asObject(event['data'])
    switch (type) {
      case 'assistant.message':
        return { spoke: true, usage: oneTurn }
      case 'assistant.message_delta':
      case 'assistant.tool_call_delta':
      case 'assistant.reasoning_delta':
      case 'tool.execution_start':
        return { spoke: true }
      case 'tool.execution_complete':
        return asObject(data?.['error'])?.['code'] === 'denied' ? { signal: event } : {}
      case 'model.call_failure':
      case 'session.error':
        return { signal: event }
      case 'result':
        return { result: event, sessionId: asText(event['sessionId']) }
      default:
        return type.startsWith('session.') ? { started: 'copilot' } : {}
    }
  },
  isRetry: (signal) => signal['type'] === 'model.call_failure',
}

/** Tokens are not told. */
const oneTurn = { inputTokens: 0, outputTokens: 0, costUsd: null, turns: 1, whole: false }

export const copilotEndings: EndingKnowledge = { tool: 'copilot', retryReason }

/** A model call that failed is tried again by the client; what the call was told is the reason. */
function retryReason(signal: Json): string | null {
  if (signal['type'] !== 'model.call_failure') return null
  const data = asObject(signal['data'])
  const status = data?.['statusCode']
  const said = asText(data?.['errorMessage']) ?? asText(data?.['failureKind']) ?? 'a failed call'
  return typeof status === 'number' ? `HTTP ${status}: ${said}` : said
}
