// What of a task is kept beside its running session.

import { expect, test } from 'vitest'

import { isLight, lightened, type Task } from '../../src/model/task.ts'

const taskOf = (order: Partial<Task['order']>): Task => ({
  id: 1,
  state: 'taken',
  attemptId: 1,
  title: 't',
  priority: 0,
  demand: { kind: 'prompt', agent: null, tier: null, role: null, labels: [] },
  order: {
    run: null,
    prompt: null,
    cwd: '/w',
    timeoutMs: 5,
    verify: 'true',
    once: true,
    ...order,
  },
  attemptsMax: 5,
  attempts: 1,
  againOf: null,
  createdAt: 0,
  createdBy: 'ann',
})

test('a long prompt is not kept, and everything else of the order is', () => {
  const task = taskOf({ prompt: 'x'.repeat(9_000_000) })
  const light = lightened(task)
  expect(JSON.stringify(light).length).toBeLessThan(1_000)
  expect(light).toEqual({ ...task, order: { ...task.order, prompt: '' } })
  expect([isLight(light), isLight(task)]).toEqual([true, false])
})

test('a short order is kept as it is', () => {
  const task = taskOf({ run: 'make' })
  expect(lightened(task)).toBe(task)
  expect(isLight(task)).toBe(false)
})
