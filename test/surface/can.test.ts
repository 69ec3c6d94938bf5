// The table of what may be done: every act in every state has an answer, and every refusal says what to do instead.

import { expect, test } from 'vitest'

import type { Gate } from '../../src/model/gate.ts'
import { canStop, laneActs, laneCans, taskActs, taskCans } from '../../src/surface/can.ts'
import type { TaskBrief } from '../../src/model/task.ts'
import { anyDemand } from '../support/nouns.ts'

const common = {
  id: 7,
  title: 'x',
  priority: 0,
  demand: anyDemand,
  attemptsMax: 3,
  attempts: 0,
  againOf: null,
  createdAt: 0,
  createdBy: 'ann',
}
const tasks: Record<string, TaskBrief> = {
  held: { ...common, state: 'held' } as TaskBrief,
  ready: { ...common, state: 'ready', readyAt: 0 } as TaskBrief,
  taken: { ...common, state: 'taken', attemptId: 3 } as TaskBrief,
  settled: {
    ...common,
    state: 'settled',
    outcome: 'failed',
    verified: null,
    settledAt: 1,
    settledBy: 'ann',
    reason: '',
  } as TaskBrief,
}

const may = (cans: Record<string, unknown>) => Object.keys(cans).filter((act) => cans[act] === null)

test.each([
  ['held', 1, ['hold', 'release', 'cancel', 'edit', 'done', 'fail']],
  ['ready', 0, ['hold', 'cancel', 'edit', 'done', 'fail']],
  ['taken', 0, ['cancel', 'done', 'fail']],
  ['settled', 0, ['again']],
])('a %s task', (state, liveHolds, acts) => {
  const task = tasks[state] as TaskBrief
  expect(may(taskCans({ task, liveHolds }))).toEqual(acts)
})

test('a settled review is not wanted again: it is offered again by itself', () => {
  const review = { ...(tasks['settled'] as TaskBrief), order: { reviewOf: 3 } }
  expect(taskCans({ task: review, liveHolds: 0 }).again).toMatchObject({ code: 'again.review' })
})

const lane = 'agent:a'
const gates: Record<string, Gate> = {
  passing: { lane, state: 'passing' },
  ramping: { lane, state: 'passing', ramp: 2 },
  shut: { lane, state: 'shut', since: 0, until: 9, reason: 'r' },
  probing: { lane, state: 'probing', since: 0, canary: null, reason: 'r' },
  'pinned by a person': { lane, state: 'pinned', since: 0, until: null, by: 'ann', reason: 'r' },
  'pinned by the house': {
    lane,
    state: 'pinned',
    since: 0,
    until: null,
    by: 'midwatch',
    reason: 'r',
  },
}

test.each([
  ['passing', 0, ['pin', 'pause', 'drain']],
  ['passing', 2, ['pin', 'pause', 'drain', 'reset']],
  ['ramping', 0, ['pin', 'pause', 'drain', 'reset']],
  ['shut', 3, ['pin', 'pause', 'drain', 'reset', 'probe']],
  ['probing', 3, ['pin', 'pause', 'drain', 'reset']],
  ['pinned by a person', 0, ['reset', 'resume']],
  ['pinned by the house', 3, ['pin', 'pause', 'drain', 'reset']],
])('a lane that is %s with %d failures in a row', (name, streak, acts) => {
  const gate = gates[name] as Gate
  expect(may(laneCans({ gate, streak, busy: false }))).toEqual(acts)
})

test('whatever is stuck can be reset: there is a button for every state but passing', () => {
  for (const [name, gate] of Object.entries(gates))
    if (name !== 'passing') expect(laneCans({ gate, streak: 1, busy: false }).reset).toBeNull()
})

test('every refusal has a sentence and a way out', () => {
  const all = [
    ...Object.values(tasks).flatMap((task) => Object.values(taskCans({ task, liveHolds: 0 }))),
    ...Object.values(gates).flatMap((gate) =>
      Object.values(laneCans({ gate, streak: 0, busy: true })),
    ),
    canStop({ id: 1, state: 'ended', stop: null }),
    canStop({ id: 1, state: 'confirmed', stop: { by: 'ann' } }),
  ].filter((why) => why !== null)
  expect(all.length).toBeGreaterThan(20)
  for (const { code, sentence, release } of all) {
    expect(code).toMatch(/^\w+\.\w+$/)
    expect(sentence.length).toBeGreaterThan(10)
    expect(release.length).toBeGreaterThan(5)
  }
  expect(canStop({ id: 1, state: 'confirmed', stop: null })).toBeNull()
  expect([taskActs.length, laneActs.length]).toEqual([7, 6])
})
