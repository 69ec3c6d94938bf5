// The agent's word and the exit of a session are claims; where a task has a check, the check decides.

import { expect, test } from 'vitest'

import { type CheckResult, decide, withCheck } from '../../../src/lifecycle/settle/verdict.ts'
import type { Verdict } from '../../../src/model/failure.ts'
import type { TakenTask } from '../../../src/model/task.ts'
import { ended, order, taken, verdict } from '../../support/nouns.ts'

const rules = { backoffMs: [30_000], unchargedMax: 20, attemptsMax: 5, jitter: (ms: number) => ms }
const fine = { notPassing: [], wellIds: [], others: 9 }
const no: CheckResult = { check: 'no', exitCode: 1, output: 'nothing there' }
const broken: CheckResult = { check: 'broken', why: 'exit 127: not found' }

function judge(task: TakenTask, seen: Verdict, result: CheckResult) {
  const final = withCheck(seen, result)
  return { final, decision: decide(task, final, result, [ended(final)], rules, 0, () => fine) }
}

test('success without a check is done, and not called verified', () => {
  const { decision } = judge(taken(), verdict('success'), { check: 'none' })
  expect(decision).toMatchObject({ do: 'settle', outcome: 'done', verified: false })
})

test('a check that says yes settles as verified, however the session ended', () => {
  const { decision } = judge(taken(), verdict('interrupted'), { check: 'yes' })
  expect(decision).toMatchObject({ do: 'settle', outcome: 'done', verified: true })
})

test('a check that says no turns a success into a charged failure', () => {
  const { final, decision } = judge(taken(), verdict('success'), no)
  expect(final).toMatchObject({ class: 'task_failed', blame: 'task' })
  expect(final.evidence).toContain('nothing there')
  expect(decision).toMatchObject({ do: 'return', charged: true })
})

test('a check that says no leaves the class of a session that ended badly by itself', () => {
  expect(judge(taken(), verdict('rate_limited'), no).final.class).toBe('rate_limited')
})

test('who said done and was ended for idling failed by what the check saw, not by the time', () => {
  const said = { word: 'done' as const, text: 'ready', at: 1 }
  expect(withCheck(verdict('timeout'), no, said)).toMatchObject({
    class: 'task_failed',
    evidence: expect.stringContaining('nothing there'),
  })
  expect(withCheck(verdict('timeout'), no, { ...said, word: 'fail' }).class).toBe('timeout')
  expect(withCheck(verdict('timeout'), no).class).toBe('timeout')
  expect(withCheck(verdict('network'), no, said).class).toBe('network')
})

test('a check that could not run is neither yes nor no: held for a person, uncharged', () => {
  const { final, decision } = judge(taken(), verdict('success'), broken)
  expect(final.class).toBe('unknown')
  expect(decision).toMatchObject({ do: 'return', charged: false, holds: [{ kind: 'person' }] })
})

test('what was wanted once and had begun is not begun again without a person', () => {
  const once = taken({ order: order({ once: true }) })
  expect(judge(once, verdict('lost'), { check: 'none' }).decision).toMatchObject({
    holds: [{ kind: 'person' }],
  })
  const never = verdict('launch_failed', { neverStarted: true })
  expect(judge(once, never, { check: 'none' }).decision).toMatchObject({ do: 'return', holds: [] })
})
