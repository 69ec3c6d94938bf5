// Reads what clients print as JSON, by the shape of the events and not by the tool's name, so that unseen tools with a
// known dialect are read too. Gives the finding of a typed result, or the texts, words and statuses of its errors.

import { asNumber, asObject, asText, parseObject, plain } from './channels.ts'
import type { Json } from './channels.ts'

/** What an error event says, gathered from wherever its dialect puts it. */
export interface ErrorFacts {
  /** Sentences, outermost first. */
  readonly texts: readonly string[]
  /** Machine words: types, codes, names, reasons. */
  readonly words: readonly string[]
  readonly statuses: readonly number[]
  /** The event itself as text, in which a reset may be stated. */
  readonly raw: string
}

/** How a run ended by its own typed events: well, empty, denied a tool, without its last event, in error, or untold. */
export type TypedEnd =
  | { readonly end: 'well' }
  | { readonly end: 'empty'; readonly what: string }
  | { readonly end: 'denied'; readonly what: string }
  | { readonly end: 'unfinished'; readonly what: string }
  | { readonly end: 'error'; readonly facts: ErrorFacts }
  | { readonly end: 'untold' }

const textKeys =
  /^(?:message|errorMessage|error_message|detail|details|description|title|text|error|reason|hint|result|cause|response|raw)$/
const wordKeys =
  /^(?:type|code|name|status|reason|errorType|error_type|kind|codexErrorInfo|error|subtype|terminal_reason|quotaId)$/
const statusKeys =
  /^(?:code|status|statusCode|status_code|error_status|api_error_status|httpStatus|http_status|httpStatusCode|http_status_code)$/

/** All JSON objects of an output: a line each, or blocks over several lines, or one array of them. */
export function eventsIn(output: string): { events: Json[]; rest: string } {
  const text = plain(output).trim()
  const whole = tryParse(text)
  if (Array.isArray(whole))
    return { events: whole.map(asObject).filter((event) => event !== null), rest: '' }
  const one = asObject(whole)
  if (one !== null) return { events: [one], rest: '' }
  const events: Json[] = []
  const rest: string[] = []
  const all = text.split('\n')
  for (let at = 0; at < all.length; at++) {
    const line = (all[at] ?? '').trim()
    const event = parseObject(line)
    const block = event === null && line === '{' ? blockFrom(all, at) : null
    if (event !== null) events.push(event)
    else if (block !== null) {
      events.push(block.event)
      at = block.last
    } else rest.push(all[at] ?? '')
  }
  return { events, rest: rest.join('\n') }
}

/** A pretty-printed object that begins on a line of its own. */
function blockFrom(all: readonly string[], first: number): { event: Json; last: number } | null {
  for (let last = first + 1; last < Math.min(all.length, first + 400); last++) {
    if (!/^\}/.test(all[last] ?? '')) continue
    const event = parseObject(
      all
        .slice(first, last + 1)
        .join('\n')
        .trim(),
    )
    return event === null ? null : { event, last }
  }
  return null
}

/** How the events say that the run ended. Claude's dialect (`is_error`) is read elsewhere. */
export function typedEnd(events: readonly Json[]): TypedEnd {
  const denied = events.findLast(isDenial)
  const last = events.findLast((event) => endOf(event) !== null)
  const end = last === undefined ? null : endOf(last)
  if (end === 'failed' && last !== undefined)
    return { end: 'error', facts: failureFacts(last, events) }
  if (denied !== undefined) return { end: 'denied', what: deniedWhat(denied) }
  if (end === 'well' && last !== undefined)
    return isEmptyTurn(last)
      ? { end: 'empty', what: 'a turn with zero output tokens' }
      : { end: 'well' }
  const error = events.findLast(isError)
  if (error !== undefined) return { end: 'error', facts: factsOf(error) }
  const begun = events.find((event) =>
    /^(?:init|thread\.started)$/.test(asText(event['type']) ?? ''),
  )
  return begun === undefined
    ? { end: 'untold' }
    : { end: 'unfinished', what: String(begun['type']) }
}

/** The facts of a failed end; where it gives no reason itself, of the error event before it. */
function failureFacts(last: Json, events: readonly Json[]): ErrorFacts {
  const facts = factsOf(last)
  const error = facts.texts.length > 0 ? undefined : events.findLast(isError)
  return error === undefined ? facts : factsOf(error)
}

/** Whether an event ends the run, and how; null for all others. */
function endOf(event: Json): 'well' | 'failed' | null {
  const type = asText(event['type']) ?? ''
  if (/^turn[._](?:failed|aborted)$/.test(type)) return 'failed'
  if (/^turn[._]completed?$/.test(type)) return 'well'
  if (type === 'result') return isFailedResult(event) ? 'failed' : 'well'
  if (type === 'step_finish') return asObject(event['part'])?.['reason'] === 'stop' ? 'well' : null
  // An error that is an object ends the run (opencode); one that is a text may be a noted retry (codex).
  if (type === 'error' && asObject(event['error']) !== null) return 'failed'
  if (type === 'session.error') return 'failed'
  if (/^session\.(?:idle|completed|shutdown)$/.test(type)) return 'well'
  if (type !== '') return null
  if (asObject(event['error']) !== null || asText(event['error']) !== null) return 'failed'
  if (Array.isArray(event['messages'])) return gooseError(event) === null ? 'well' : 'failed'
  return typeof event['response'] === 'string' ? 'well' : null
}

/** gemini's results carry a status, copilot's the exit code. */
function isFailedResult(event: Json): boolean {
  const exitCode = asNumber(event['exitCode'])
  return (
    event['status'] === 'error' ||
    asObject(event['error']) !== null ||
    (exitCode !== null && exitCode !== 0)
  )
}

/** An event that reports an error without ending the run for certain. Warnings and noted retries are none. */
function isError(event: Json): boolean {
  const type = asText(event['type']) ?? ''
  if (event['severity'] === 'warning' || event['finish'] === 'error')
    return event['finish'] === 'error'
  if (/^reconnecting/i.test(asText(event['message']) ?? '')) return false
  if (type === 'error' || type === 'fatal' || type === 'session.error') return true
  return (
    type === '' &&
    (typeof event['codexErrorInfo'] === 'string' ||
      (event['level'] === 'error' && asText(event['message']) !== null))
  )
}

function isDenial(event: Json): boolean {
  const item = asObject(event['item'])
  if (item?.['status'] === 'declined') return true
  const state = asObject(asObject(event['part'])?.['state'])
  if (/rejected permission/i.test(asText(state?.['error']) ?? '')) return true
  const data = asObject(event['data'])
  if (
    event['type'] === 'tool.execution_complete' &&
    asObject(data?.['error'])?.['code'] === 'denied'
  )
    return true
  const denials = event['permission_denials']
  return event['type'] === 'permission_denied' || (Array.isArray(denials) && denials.length > 0)
}

function deniedWhat(event: Json): string {
  const item = asObject(event['item'])
  return (
    asText(item?.['command']) ??
    asText(asObject(event['part'])?.['tool']) ??
    asText(event['tool_name']) ??
    asText(asObject(asObject(event['data'])?.['error'])?.['message']) ??
    'a tool'
  )
}

function isEmptyTurn(event: Json): boolean {
  return asNumber(asObject(event['usage'])?.['output_tokens']) === 0
}

/** The error that goose puts among the content of its last message, though its metadata says completed. */
function gooseError(event: Json): Json | null {
  const messages = Array.isArray(event['messages']) ? event['messages'] : []
  const content = asObject(messages.at(-1))?.['content']
  const parts = Array.isArray(content) ? content.map(asObject) : []
  return parts.find((part) => part?.['type'] === 'error') ?? null
}

/** Gathers texts, words and statuses of an event's error, through JSON nested in strings, a few levels deep. */
export function factsOf(event: Json): ErrorFacts {
  const texts: string[] = []
  const words: string[] = []
  const statuses: number[] = []
  const root = gooseError(event) ?? event
  const visit = (value: unknown, key: string, depth: number): void => {
    if (depth > 8) return
    if (typeof value === 'number' && statusKeys.test(key) && value >= 400 && value <= 599)
      statuses.push(value)
    if (typeof value === 'string') visitText(value, key, depth)
    if (Array.isArray(value)) for (const entry of value) visit(entry, key, depth + 1)
    const object = asObject(value)
    if (object !== null)
      for (const [name, entry] of Object.entries(object))
        if (!isNoise(name)) visit(entry, name, depth + 1)
  }
  const visitText = (text: string, key: string, depth: number): void => {
    const nested = parseObject(text.trim())
    if (nested !== null) visit(nested, key, depth + 1)
    else if (wordKeys.test(key) && /^[\w.-]{2,60}$/.test(text)) words.push(text)
    else if (textKeys.test(key)) texts.push(text)
    if (/^\d{3}$/.test(text) && statusKeys.test(key)) statuses.push(Number(text))
  }
  visit(root, 'error', 0)
  return { texts, words, statuses, raw: JSON.stringify(event).replaceAll('\\"', '"') }
}

/** Fields that hold what was sent or counted, never what went wrong. */
function isNoise(key: string): boolean {
  return /^(?:stats|usage|modelUsage|session_id|sessionID|responseHeaders|request|body|url|timestamp|uuid|id|input|item|content|models?)$/.test(
    key,
  )
}

function tryParse(text: string): unknown {
  if (!/^[[{]/.test(text)) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
