// How aider tells a session: in plain text, and with exit 0 after failed model calls. Its `Tokens:` line after each answer
// is the only sign that the model spoke; everything else may be the model's prose.

import type { EndingKnowledge } from './event-verdict.ts'
import type { Dialect } from './event-stream.ts'

export const aiderDialect: Dialect = {
  read: () => ({}),
  readLine(line) {
    const version = /^Aider v(\S+)/i.exec(line)
    if (version) return { started: `aider ${version[1]}` }
    const tokens = /^Tokens: ([\d.,]+[kM]?) sent(?:,.*?)?, ([\d.,]+[kM]?) received/i.exec(line)
    if (tokens === null) return null
    return {
      started: 'aider',
      spoke: true,
      usage: {
        inputTokens: countOf(tokens[1]),
        outputTokens: countOf(tokens[2]),
        costUsd: costOf(line),
        turns: 1,
        whole: false,
      },
    }
  },
}

export const aiderEndings: EndingKnowledge = {
  tool: 'aider',
  endsWithoutResult: true,
  plainText: true,
}

/** `1.2k` is 1,200. */
function countOf(text: string | undefined): number {
  const parts = /^([\d.,]+)([kM]?)$/.exec(text ?? '')
  const number = Number((parts?.[1] ?? '0').replaceAll(',', ''))
  const unit = parts?.[2] === 'k' ? 1_000 : parts?.[2] === 'M' ? 1_000_000 : 1
  return Math.round(number * unit)
}

/** `Cost: $0.01 message, $0.02 session.` */
function costOf(line: string): number | null {
  const cost = /Cost: \$([\d.]+) message/.exec(line)
  return cost === null ? null : Number(cost[1])
}
