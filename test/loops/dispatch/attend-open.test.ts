// Who is attended anew: what nobody attends, and not what ended while it was asked for.

import { expect, test } from 'vitest'

import { attendOpen, type Round } from '../../../src/loops/dispatch/chores.ts'
import { createSessions } from '../../../src/loops/dispatch/sessions.ts'
import type { Attempt } from '../../../src/model/attempt.ts'
import type { Task } from '../../../src/model/task.ts'

const attempt = { id: 7, taskId: 1, state: 'confirmed', stop: null } as Attempt

/** A round in which the store answers that attempt 7 is open, after `meanwhile`. */
function stage(meanwhile: () => Promise<void>) {
  const sessions = createSessions()
  const noted: number[] = []
  const store = {
    unended: async () => {
      await meanwhile()
      return [attempt]
    },
    note: async ({ attemptId }: { attemptId: number }) => void noted.push(attemptId),
    task: async () => {
      throw new Error('it is attended')
    },
  }
  const clock = { now: () => 0, monotonicMs: () => 0 }
  const deps = { store, clock, host: { name: 'h1' } }
  const round = { deps, sessions, troubled: new Map() } as unknown as Round
  return { round, sessions, noted }
}

test('a session that ended while it was asked what is open is not attended a second time', async () => {
  let end = () => {}
  const { round, sessions, noted } = stage(async () => {
    end()
    await sessions.drained()
  })
  const attend = () => new Promise<void>((resolve) => (end = resolve))
  sessions.begin(attempt, {} as Task, attend, () => {})
  await attendOpen(round)
  expect(sessions.size).toBe(0)
  expect(noted).toEqual([])
})

test('what nobody attends is adopted', async () => {
  const { round, noted } = stage(async () => {})
  await expect(attendOpen(round)).rejects.toThrow('it is attended')
  expect(noted).toEqual([7])
})
