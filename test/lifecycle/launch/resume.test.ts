// Whether an attempt goes on with the session of the one before.

import { expect, test } from 'vitest'

import { sessionToResume } from '../../../src/lifecycle/launch/resume.ts'
import type { FailureClass } from '../../../src/model/failure.ts'
import { ended, verdict } from '../../support/nouns.ts'

const usage = { inputTokens: 1, outputTokens: 1, costUsd: null, turns: 1, sessionId: 's-1' }
const next = ended('success', { id: 9 })
const before = (name: FailureClass, changes = {}) => ended(name, { id: 3, usage, ...changes })

test.each(['rate_limited', 'lost', 'interrupted', 'network'] as const)(
  'after %s the next attempt goes on with the same session',
  (name) => {
    expect(sessionToResume(next, [before(name)])).toEqual({ session: 's-1', began: 3 })
  },
)

test.each(['task_failed', 'hollow', 'timeout', 'context_too_large', 'session_conflict'] as const)(
  'after %s it begins anew',
  (name) => {
    expect(sessionToResume(next, [before(name)])).toBeNull()
  },
)

test('another agent, another host or another account begins anew', () => {
  expect(sessionToResume(next, [before('lost', { agent: 'other' })])).toBeNull()
  expect(sessionToResume(next, [before('lost', { host: 'there' })])).toBeNull()
  expect(sessionToResume(next, [before('lost', { lanes: ['account:b', 'fleet'] })])).toBeNull()
})

test('an attempt that never started does not stand between', () => {
  const never = ended(verdict('launch_failed', { neverStarted: true }), { id: 5 })
  expect(sessionToResume(next, [before('lost'), never])).toMatchObject({ session: 's-1' })
  expect(sessionToResume(next, [before('lost'), ended('task_failed', { id: 5 })])).toBeNull()
})

test('a session that was gone on with twice is the one that began in the first attempt', () => {
  const twice = [before('lost'), before('rate_limited', { id: 5 }), before('network', { id: 7 })]
  expect(sessionToResume(next, twice)).toEqual({ session: 's-1', began: 3 })
})
