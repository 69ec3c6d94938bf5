import { expect, test } from 'vitest'

import type { Fact } from '../../../src/model/fact.ts'
import { factKinds, isNoteworthy, sentenceOf, subjectOf } from '../../../src/surface/cli/prose.ts'

const fact = (body: object, more: Partial<Fact> = {}): Fact => ({
  id: 1,
  at: 0,
  taskId: 3,
  attemptId: null,
  body: body as Fact['body'],
  ...more,
})

test('a fact is one sentence on one line, whatever its texts hold', () => {
  const told = sentenceOf(fact({ kind: 'attempt.progress', text: 'half\n\u001b[31mdone\u001b[0m' }))
  expect(told).toBe('half done')
})

test('what was refused is told in words, not by the name of a verb', () => {
  const refused = (verb: string) =>
    sentenceOf(fact({ kind: 'write.refused', verb, code: 'x', sentence: 'no' }))
  expect(refused('enterHost')).toBe('a second dispatcher is refused: no')
  expect(refused('reserveEffect')).toBe('reserve effect refused: no')
  expect(refused('edit')).toBe('edit refused: no')
})

test('a wait of seconds is told with its second', () => {
  const until = new Date(2026, 10, 21, 4, 30, 7).getTime()
  const held = { kind: 'task.held', holdId: 2, release: { kind: 'time', why: 'backoff', until } }
  expect(sentenceOf(fact(held))).toBe('held (h2): backoff until 2026-11-21 04:30:07')
})

test('a configuration that is refused is told without the lines that show where', () => {
  const excerpt = '   12 | slotss: 4\n      | ^'
  const error = `2 mistakes\n12:1: unknown key \`slotss\`\n${excerpt}\n13:1: x: must be y\n${excerpt}`
  expect(sentenceOf(fact({ kind: 'config.refused', error }))).toBe(
    'configuration refused, the last good one stays: 2 mistakes · 12:1: unknown key `slotss` · 13:1: x: must be y',
  )
})

test('a kind that a newer Midwatch wrote is shown as it is, not hidden', () => {
  const strange = fact({ kind: 'moon.rose', phase: 'full' })
  expect(sentenceOf(strange)).toBe('{"kind":"moon.rose","phase":"full"}')
  expect(isNoteworthy(strange)).toBe(true)
})

test('a fact says what it is about', () => {
  expect(subjectOf(fact({ kind: 'task.ready' }, { attemptId: 7 }))).toBe('task 3 · attempt 7')
  expect(subjectOf(fact({ kind: 'task.ready' }, { taskId: null }))).toBe('')
})

test('settlements and endings are worth a line of `up`, bookkeeping is not', () => {
  expect(factKinds).toContain('task.settled')
  expect(
    isNoteworthy(
      fact({ kind: 'task.settled', outcome: 'done', verified: null, by: 'x', reason: '' }),
    ),
  ).toBe(true)
  expect(isNoteworthy(fact({ kind: 'task.ready' }))).toBe(false)
})
