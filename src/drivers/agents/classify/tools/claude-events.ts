// Reads claude's event dialect wherever it stands; others speak it too (cursor-agent, qwen, droid). Pure.

import { claudeReader } from '../../claude-stream.ts'
import { asObject, asText, lines } from '../channels.ts'
import type { Json } from '../channels.ts'
import { finding } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { firstMatch, says } from '../row.ts'
import type { Row } from '../row.ts'
import type { ToolKnowledge } from '../tool.ts'
import { findingOfResult, findingOfSignals, isResult } from './claude-result.ts'

/** What a result or error events in claude's dialect mean; null when the events are in another one. */
export function claudeEnd(
  events: readonly Json[],
  exitCode: number | null,
  tool: ToolKnowledge,
  rows: readonly Row[],
): Finding | null {
  const reader = claudeReader()
  for (const event of events) reader.feed(`${JSON.stringify(event)}\n`)
  const { result: last, signals, started, modelOutput } = reader.summary()
  const result = asObject(last)
  const errors = signals.map(asObject).filter((signal) => signal !== null)
  if (result !== null && speaksClaude(result))
    return judgeResult(result, errors, exitCode, tool, rows)
  const failing = errors.filter((signal) => signal['subtype'] !== 'permission_denied')
  const bySignals = findingOfSignals(failing, '')
  if (bySignals !== null) return exitCode === 0 && modelOutput ? null : bySignals
  return started && exitCode === 0
    ? finding('task_failed', 'Exit code 0 without a result event.')
    : null
}

/** gemini's result events carry a `status` instead. */
function speaksClaude(result: Json): boolean {
  return (
    typeof result['is_error'] === 'boolean' ||
    asText(result['subtype']) !== null ||
    isResult(result) === false
  )
}

function judgeResult(
  result: Json,
  errors: readonly Json[],
  exitCode: number | null,
  tool: ToolKnowledge,
  rows: readonly Row[],
): Finding {
  const outside = exitCode === null || [0, 124, 129, 130, 137, 143].includes(exitCode)
  const found = findingOfResult(result, errors, outside)
  // Some tools word their own errors as an answer and call it a success; their sentences tell, at its very beginning.
  const said = lines(asText(result['result']) ?? '')
  const wordsErrors = result['is_error'] !== false || tool.names[0] !== 'claude'
  if (
    found.class === 'success' &&
    wordsErrors &&
    tool.failsOnZero &&
    says(tool.failsOnZero, said[0] ?? '')
  ) {
    const match = firstMatch(rows, said)
    return match
      ? finding(match.row.class, match.line, { resetText: said.join('\n') })
      : finding('unknown', said[0] ?? '')
  }
  // An excerpt proves no emptiness of the whole session; an answer without work is the task's failure here.
  if (found.class === 'hollow') return { ...found, class: 'task_failed' }
  // The forks of claude's dialect put every failure there; their own sentences tell more.
  const isVague =
    tool.names[0] !== 'claude' &&
    result['subtype'] === 'error_during_execution' &&
    found.class === 'task_failed'
  if (found.class !== 'unknown' && !isVague) return found
  const match = firstMatch(rows, lines(found.evidence))
  return match ? finding(match.row.class, match.line, { resetText: found.evidence }) : found
}
