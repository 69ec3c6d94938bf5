// Reads claude's result event together with the error events before it. Pure; shared by the adapter's verdict and by
// `midwatch classify`. `subtype: success` says nothing, `is_error: false` not enough, and a denied tool is no success.

import { asNumber, asObject, asText, lines } from '../channels.ts'
import type { Json } from '../channels.ts'
import { launchRows } from '../families/launch.ts'
import { finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { classOfStatus, statusIn } from '../http-status.ts'
import { core, firstMatch } from '../row.ts'
import { claudeRows } from './claude.ts'
import { certainErrors, subtypes, terminalReasons } from './claude-fields.ts'

/** Whether an event is the result: some writers leave its `type` out. */
export function isResult(event: Json): boolean {
  if (event['type'] === 'result') return true
  return event['type'] === undefined && typeof event['is_error'] === 'boolean'
}

/** What the result means. `exitedWell` is false when the exit code speaks against it. */
export function findingOfResult(
  result: Json,
  signals: readonly Json[],
  exitedWell: boolean,
): Finding {
  const failed =
    result['is_error'] === true || asText(result['subtype'])?.startsWith('error_') === true
  return failed ? findingOfFailure(result, signals) : findingOfSuccess(result, signals, exitedWell)
}

function findingOfSuccess(result: Json, signals: readonly Json[], exitedWell: boolean): Finding {
  const denied = deniedTools(result, signals)
  if (denied.length > 0)
    return finding('tool_permission', `The client was denied: ${denied.join(', ')}.`)
  if (result['stop_reason'] === 'refusal')
    return finding('content_refused', 'The model refused (stop_reason refusal).')
  const reason = terminalReasons[asText(result['terminal_reason']) ?? '']
  if (reason !== undefined) return finding(reason, `terminal_reason ${result['terminal_reason']}`)
  const turns = asNumber(result['num_turns'])
  const tokens = asNumber(asObject(result['usage'])?.['output_tokens'])
  const said = asText(result['result']) ?? ''
  if (!exitedWell)
    return (
      findingOfText(said) ??
      finding('unknown', `The result says success, the exit code does not: ${said || '(no text)'}`)
    )
  // Without a turn or a token of the model, the words are the client's own, and may name a limit.
  if (turns === 0 || tokens === 0)
    return (
      findingOfText(said) ??
      finding(
        'hollow',
        `A result without work (${turns ?? '?'} turns, ${tokens ?? '?'} output tokens): ${said}`,
      )
    )
  return finding(
    'success',
    `A result event without error${turns === null ? '' : ` after ${turns} turns`}.`,
  )
}

/** Tools that were denied. Leaving plan mode is always denied without a person, and means that the plan is there. */
function deniedTools(result: Json, signals: readonly Json[]): string[] {
  const denials = Array.isArray(result['permission_denials']) ? result['permission_denials'] : []
  const names = [
    ...denials,
    ...signals.filter((signal) => signal['subtype'] === 'permission_denied'),
  ]
    .map((denial) => asText(asObject(denial)?.['tool_name']) ?? 'a tool')
    .filter((name) => name !== 'ExitPlanMode')
  return [...new Set(names)]
}

function findingOfFailure(result: Json, signals: readonly Json[]): Finding {
  const text = failureText(result)
  const reason = terminalReasons[asText(result['terminal_reason']) ?? '']
  if (reason !== undefined)
    return finding(reason, text || `terminal_reason ${result['terminal_reason']}`)
  const subtype = subtypes[asText(result['subtype']) ?? '']
  if (subtype !== undefined) return finding(subtype, text || `subtype ${result['subtype']}`)
  if (result['stop_reason'] === 'refusal')
    return finding('content_refused', text || 'stop_reason refusal')
  return (
    findingOfSignals(signals, text) ??
    findingOfText(text) ??
    findingOfStatus(asNumber(result['api_error_status']), text) ??
    findingOfExecution(result, text)
  )
}

const hostRows = launchRows.filter((row) => row.class === 'resource_exhausted')

/** What is left of `error_during_execution`: nothing done is hollow, something done is the task's own failure. */
function findingOfExecution(result: Json, text: string): Finding {
  const tokens = asNumber(asObject(result['usage'])?.['output_tokens'])
  const turns = asNumber(result['num_turns'])
  // A result that calls itself an error in the model's own words (cursor-agent): it worked and did not get there.
  if (result['subtype'] === 'error' && text !== '') return finding('task_failed', text)
  if (result['subtype'] !== 'error_during_execution')
    return finding('unknown', text || 'An error without a text.')
  if (text === '' && (tokens === 0 || turns === 0))
    return finding('hollow', 'error_during_execution, without text and without output.')
  const host = firstMatch(hostRows, lines(text))
  if (host) return finding(host.row.class, host.line)
  return finding(turns === 0 ? 'unknown' : 'task_failed', text || 'error_during_execution')
}

/** What error events before the end say: a refused limit, a typed error, retries that never succeeded. */
export function findingOfSignals(signals: readonly Json[], text: string): Finding | null {
  const limit = signals.findLast((signal) => signal['type'] === 'rate_limit_event')
  if (limit) {
    const info = asObject(limit['rate_limit_info'])
    if (info?.['errorCode'] === 'credits_required')
      return finding('credits_depleted', text || 'credits required')
    const resetsAt = asNumber(info?.['resetsAt'])
    return finding('rate_limited', text || 'rate_limit_event: rejected', {
      resetText: resetsAt === null ? text : `resetsAt: ${resetsAt}`,
    })
  }
  const typed = signals.findLast((signal) => typeof signal['error'] === 'string')
  if (!typed) return null
  const error = String(typed['error'])
  const said = text || messageText(typed) || `${typed['subtype'] ?? 'error'}: ${error}`
  const certain = certainErrors[error]
  const precise = findingOfText(said)
  // A 400 that speaks of credit or length is that, whatever the type says; the type decides between the rest.
  if (precise && (certain === undefined || refines(precise.class))) return precise
  if (certain !== undefined) return finding(certain, said, { resetText: said })
  const status = asNumber(typed['error_status']) ?? asNumber(typed['api_error_status'])
  if (status !== null) return findingOfStatus(status, said)
  if (typed['subtype'] === 'api_retry')
    return finding(error === 'server_error' ? 'overloaded' : 'network', said)
  return error === 'server_error' ? finding('overloaded', said) : null
}

function refines(failureClass: string): boolean {
  return ['credits_depleted', 'context_too_large', 'content_refused', 'overloaded'].includes(
    failureClass,
  )
}

function findingOfStatus(status: number | null, text: string): Finding | null {
  const meant = status === null ? null : classOfStatus(status)
  return meant === null ? null : finding(meant, text || `HTTP ${status}`, { resetText: text })
}

/** What the client's own sentences say, by claude's rows and then by the status they name. */
export function findingOfText(text: string): Finding | null {
  const said = lines(text)
  const match = firstMatch(claudeRows, said)
  if (match)
    return finding(match.row.class, match.line, {
      resetText: text,
      ...(match.row.blame && { blame: match.row.blame }),
    })
  const first = said[0]
  return first === undefined ? null : findingOfStatus(statusIn(core(first)), text)
}

function failureText(result: Json): string {
  const errors = Array.isArray(result['errors'])
    ? result['errors'].filter((error) => typeof error === 'string')
    : []
  return errors.length > 0
    ? errors.join('\n')
    : (asText(result['result']) ?? asText(result['error']) ?? messageOf(result['error']))
}

/** Of an error as an object, as qwen writes it. */
function messageOf(error: unknown): string {
  return asText(asObject(error)?.['message']) ?? ''
}

/** The text of an assistant event that the client worded itself. */
function messageText(event: Json): string {
  const content = asObject(event['message'])?.['content']
  if (!Array.isArray(content)) return ''
  return content
    .map((part) => asText(asObject(part)?.['text']) ?? '')
    .join('\n')
    .trim()
}
