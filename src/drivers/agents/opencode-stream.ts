// How opencode tells a session (`run --format json`). There is no result event: the last finished step is the end, unless
// an error follows it. Nothing at all is printed before the model has answered, however long it takes.

import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText } from './classify/channels.ts'
import { finding } from './classify/finding.ts'
import type { Finding } from './classify/finding.ts'
import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect, Said } from './event-stream.ts'

export const opencodeDialect: Dialect = {
  exitProves: true,
  read(event) {
    const began: Said = { started: 'opencode', sessionId: asText(event['sessionID']) }
    switch (event['type']) {
      case 'text':
      case 'reasoning':
        return { ...began, spoke: true }
      case 'tool_use':
        return { ...began, spoke: true, ...(wasRejected(event) && { signal: event }) }
      case 'step_finish':
        return { ...began, result: goesOn(event) ? null : event, ...usageOf(event) }
      case 'error':
        return { ...began, result: event } // the end, unless a step follows
      default:
        return asText(event['type']) === null ? {} : began
    }
  },
}

export const opencodeEndings: EndingKnowledge = {
  tool: 'opencode',
  silentAtFirst: true,
  exitProves: true,
  ofResult: (result) => ofReason(asText(asObject(result['part'])?.['reason'])),
}

/** After a step that called tools another one is to come. */
function goesOn(event: Json): boolean {
  return asObject(event['part'])?.['reason'] === 'tool-calls'
}

/** Why the last step finished, where that alone decides. */
function ofReason(reason: string | null): Finding | null {
  switch (reason) {
    case 'length':
      return finding('task_failed', 'The answer was cut at the output limit (reason length).')
    case 'content-filter':
      return finding('content_refused', 'The model refused (reason content-filter).')
    default:
      return null
  }
}

function wasRejected(event: Json): boolean {
  const state = asObject(asObject(event['part'])?.['state'])
  return /rejected permission/i.test(asText(state?.['error']) ?? '')
}

function usageOf(event: Json): Pick<Said, 'usage'> {
  const part = asObject(event['part'])
  const tokens = asObject(part?.['tokens'])
  if (tokens === null) return {}
  const cache = asObject(tokens['cache'])
  const outputTokens = (asNumber(tokens['output']) ?? 0) + (asNumber(tokens['reasoning']) ?? 0)
  return {
    usage: {
      inputTokens:
        (asNumber(tokens['input']) ?? 0) +
        (asNumber(cache?.['read']) ?? 0) +
        (asNumber(cache?.['write']) ?? 0),
      outputTokens,
      costUsd: asNumber(part?.['cost']),
      turns: outputTokens === 0 ? 0 : 1,
      whole: false,
    },
  }
}
