// Reads the event stream of `claude -p --output-format stream-json` as it grows. Chunks may cut lines; lines may be
// garbage or longer than memory allows; keys come in any order. Keeps only what the verdict needs.

import { begun } from './begun.ts'
import type { Usage } from '../../model/attempt.ts'
import type { Json } from './classify/channels.ts'
import { asNumber, asObject, asText, parseObject } from './classify/channels.ts'
import { isResult } from './classify/tools/claude-result.ts'
import { quotaOfClaude } from './claude-quota.ts'
import type { Noticed, StreamReader } from './contract.ts'
import { lineCutter } from './line-cutter.ts'

/** Longest line that is parsed; a result with a large text fits many times over. */
export const lineMaxChars = 4 * 1024 * 1024
const signalsMax = 50

export function claudeReader(): StreamReader {
  const cutter = lineCutter(lineMaxChars)
  const seen: Seen = {
    started: false,
    modelOutput: false,
    result: null,
    signals: [],
    usage: null,
    sessionId: null,
  }
  return {
    feed(chunk) {
      return cutter.feed(chunk).flatMap((line) => readLine(line, seen))
    },
    isFinished: () => seen.result !== null,
    summary() {
      // A last line without a newline counts too: the result may be cut off just there.
      const rest = parseObject(cutter.rest().trim())
      const last = rest === null ? seen : { ...seen, signals: [...seen.signals] }
      if (rest !== null) readEvent(rest, last)
      const { started, modelOutput, result, signals, usage } = last
      return { started, modelOutput, result, signals, usage }
    },
  }
}

interface Seen {
  started: boolean
  modelOutput: boolean
  result: Json | null
  signals: Json[]
  usage: Usage | null
  sessionId: string | null
}

function readLine(line: string, seen: Seen): Noticed[] {
  const event = parseObject(line.trim())
  return event === null ? [] : readEvent(event, seen)
}

function readEvent(event: Json, seen: Seen): Noticed[] {
  seen.sessionId = asText(event['session_id']) ?? seen.sessionId
  switch (event['type']) {
    case 'system':
      return readSystem(event, seen)
    case 'assistant':
      return readAssistant(event, seen)
    case 'user':
      if (interruptText(event) !== null) keep(seen, event)
      return []
    case 'rate_limit_event':
      if (asObject(event['rate_limit_info'])?.['status'] === 'rejected') keep(seen, event)
      return quotaNoticed(event)
    default:
      return isResult(event) ? readResult(event, seen) : []
  }
}

function quotaNoticed(event: Json): Noticed[] {
  const words = quotaOfClaude(event)
  return words.length === 0 ? [] : [{ kind: 'quota', words }]
}

function readSystem(event: Json, seen: Seen): Noticed[] {
  const subtype = event['subtype']
  if (subtype === 'api_retry' || subtype === 'permission_denied') keep(seen, event)
  if (subtype !== 'init' || seen.started) return []
  seen.started = true
  const version = asText(event['claude_code_version']) ?? ''
  return begun(`claude ${version}`.trim(), seen.sessionId)
}

/** What the client itself words (model `<synthetic>`, or with an error) is not output of the model. */
function readAssistant(event: Json, seen: Seen): Noticed[] {
  const message = asObject(event['message'])
  if (event['error'] !== undefined && event['error'] !== null) {
    keep(seen, event)
    return []
  }
  const content = message?.['content']
  const said = Array.isArray(content) ? content.length > 0 : asText(content) !== null
  if (!said || message?.['model'] === '<synthetic>') return []
  // Retries and limits that were overcome explain nothing any more.
  seen.signals = seen.signals.filter(
    (signal) => signal['subtype'] !== 'api_retry' && signal['type'] !== 'rate_limit_event',
  )
  seen.modelOutput = true
  return [{ kind: 'model_output' }]
}

function readResult(event: Json, seen: Seen): Noticed[] {
  seen.result = event
  seen.usage = usageOf(event, seen.sessionId)
  return seen.usage === null ? [] : [{ kind: 'usage', usage: seen.usage }]
}

function usageOf(event: Json, sessionId: string | null): Usage | null {
  const usage = asObject(event['usage'])
  if (usage === null) return null
  const tokens = (key: string) => asNumber(usage[key]) ?? 0
  return {
    inputTokens:
      tokens('input_tokens') +
      tokens('cache_creation_input_tokens') +
      tokens('cache_read_input_tokens'),
    outputTokens: tokens('output_tokens'),
    costUsd: asNumber(event['total_cost_usd']),
    turns: asNumber(event['num_turns']) ?? 0,
    sessionId,
  }
}

/** The text of the event by which claude records that somebody interrupted it, or null. */
export function interruptText(event: Json): string | null {
  const content = asObject(event['message'])?.['content']
  if (!Array.isArray(content)) return null
  for (const part of content) {
    const text = asText(asObject(part)?.['text'])
    if (text?.startsWith('[Request interrupted')) return text
  }
  return null
}

function keep(seen: Seen, event: Json): void {
  seen.signals.push(event)
  if (seen.signals.length > signalsMax) seen.signals.shift()
}
