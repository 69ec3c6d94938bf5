// What is known of qwen (Qwen Code), a fork of gemini: its own quotas and limits, the rest as there.

import { anyOf, atStart } from '../patterns.ts'
import type { Row } from '../row.ts'
import type { CodeMeaning, ToolKnowledge } from '../tool.ts'
import { gemini, geminiCode, geminiRows } from './gemini.ts'

const qwenRows: readonly Row[] = [
  {
    class: 'credits_depleted',
    when: anyOf(
      /free tier has been discontinued/,
      /Arrearage/,
      /overdue[- ]payment/,
      /free (?:quota|tier) .{0,60}(?:discontinued|ended|expired)/,
      /AllocationQuota\.FreeTierOnly/,
    ),
  },
  {
    class: 'rate_limited',
    when: anyOf(
      /Qwen (?:OAuth|API|Coding Plan)? ?quota (?:exceeded|limit)/,
      /Allocated quota exceeded/,
      /allocated quota/,
      /insufficient_quota/,
      /Free allocated quota/,
      /Throttling/,
      /hour allocated/,
      /requests? limit/,
      /quota exceeded/,
    ),
  },
  {
    class: 'timeout',
    when: atStart(
      /Run aborted: .{0,80}\bwall[- ](?:clock|time)\b/,
      /wall[- ](?:clock|time) (?:limit|budget|time).{0,60}\b(?:exceeded|reached|expired|used up)\b/,
    ),
  },
  {
    class: 'auth_error',
    when: anyOf(
      /Device authorization/,
      /Qwen OAuth (?:authentication|credentials?|token)/,
      /Refresh token expired/,
    ),
  },
]

/** qwen uses 55 for its own limits of time and tool calls. */
function qwenCode(code: number): CodeMeaning | null {
  return code === 55 ? { class: 'timeout', or: ['max_turns', 'launch_failed'] } : geminiCode(code)
}

export const qwen: ToolKnowledge = {
  names: ['qwen', 'qwen-code', 'qwen-cli', '@qwen-code/qwen-code', 'iflow'],
  rows: [...qwenRows, ...geminiRows],
  exitCode: qwenCode,
  noise: anyOf(
    ...(gemini.noise ? [gemini.noise] : []),
    /^Ripgrep not available/,
    /^Retrying provider attempt/,
    /^Could not parse message into JSON/,
    /^From chunk:/,
  ),
  failsOnZero: atStart(
    /\[?API Error:/,
    /Qwen (?:OAuth|API)?.{0,20}quota/,
    /.{0,40}free tier has been discontinued/,
  ),
}
