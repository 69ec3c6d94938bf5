// What a launcher knows of an ending, and what it may not overrule.

import { describe, expect, it } from 'vitest'
import { boundReached } from '../../../src/lifecycle/watch/outside.ts'
import type { FailureClass, Verdict } from '../../../src/model/failure.ts'

const verdict = (name: FailureClass): Verdict => ({
  class: name,
  blame: 'task',
  exitCode: null,
  signal: 'SIGKILL',
  evidence: 'seen',
  resetAt: null,
  neverStarted: false,
})

describe('a bound on memory that was reached', () => {
  it.each(['unknown', 'task_failed', 'hollow', 'interrupted'] as const)(
    'is why an ending that looked like %s costs the task nothing',
    (name) => {
      const judged = boundReached(verdict(name), { cause: 'oom', evidence: 'unit x' })
      expect(judged).toMatchObject({ class: 'resource_exhausted', blame: 'host' })
      expect(judged.evidence).toContain('unit x')
    },
  )

  it.each(['success', 'rate_limited', 'auth_error', 'content_refused'] as const)(
    'does not overrule %s, which the client itself told',
    (name) => {
      expect(boundReached(verdict(name), { cause: 'oom' })).toEqual(verdict(name))
    },
  )

  it('is not guessed where the launcher says nothing', () => {
    expect(boundReached(verdict('unknown'), {})).toEqual(verdict('unknown'))
  })
})
