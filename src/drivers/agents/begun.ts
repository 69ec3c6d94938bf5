// A session that has begun: its name is known before it has used anything, so that it can be gone on with after a loss.

import type { Noticed } from './contract.ts'

/** What a client's first event tells: that it came, and under which name the session can be resumed. */
export function begun(what: string, sessionId: string | null): Noticed[] {
  const first: Noticed = { kind: 'first_event', what }
  if (sessionId === null) return [first]
  const usage = { inputTokens: 0, outputTokens: 0, costUsd: null, turns: 0, sessionId }
  return [first, { kind: 'usage', usage }]
}
