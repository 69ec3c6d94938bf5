// A limit that the account was refused by is true of the account, however the session then came to its end (S4).

import { describe, expect, it } from 'vitest'

import { claudeAdapter } from '../../../src/drivers/agents/claude.ts'
import type { Ending } from '../../../src/drivers/agents/contract.ts'
import { jsonLines, judge } from './streams.ts'

const init = { type: 'system', subtype: 'init', session_id: 's', claude_code_version: '9.9.9' }
const said = {
  type: 'assistant',
  message: { model: 'm', content: [{ type: 'text', text: 'sent' }] },
}
const limit = {
  type: 'rate_limit_event',
  rate_limit_info: { status: 'rejected', resetsAt: 1_795_190_000, rateLimitType: 'five_hour' },
}
const killed: readonly Partial<Ending>[] = [
  { exitCode: null, signal: 'SIGKILL' },
  { exitCode: 143 },
]
const verdictOf = (events: readonly object[], over: Partial<Ending>) =>
  judge(claudeAdapter, jsonLines(...events), over)

describe('a session that was killed after its account was refused', () => {
  it.each(killed)('teaches the account’s gate its limit and its reset: %o', (over) => {
    expect(verdictOf([init, said, limit], over)).toMatchObject({
      class: 'rate_limited',
      blame: 'account',
      resetAt: 1_795_190_000_000,
    })
  })

  it.each(killed)('teaches nothing when the model went on after it: %o', (over) => {
    expect(verdictOf([init, limit, said], over)).toMatchObject({
      class: 'interrupted',
      blame: 'host',
    })
  })

  it('is interrupted when we ourselves stopped it', () => {
    const stopped = { exitCode: 143, stoppedBy: 'cancelled' }
    expect(verdictOf([init, said, limit], stopped).class).toBe('interrupted')
  })
})
