// Whether somebody wished for the stop of what has ended: found by whoever writes a good ending, asked for behind any other.

import { expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import type { StreamReader } from '../../../src/drivers/agents/contract.ts'
import type { Launcher, SessionExit } from '../../../src/drivers/launchers/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { follow } from '../../../src/lifecycle/watch/follow.ts'
import type { Attempt } from '../../../src/model/attempt.ts'

const well: SessionExit = { exitCode: 0, signal: null, neverExecuted: false, message: '' }

/** Follows a session that has ended like this, and of which ann wished that it stops. */
async function followed(exit: SessionExit, wishIsFound: boolean) {
  const asked: string[] = []
  const store = {
    async attempt() {
      asked.push('attempt')
      return { stop: { reason: 'enough', by: 'ann' } }
    },
    task: async () => ({ state: 'taken', attemptId: 7 }),
  } as unknown as Store
  const launcher = {
    look: async () => ({ seen: 'exited', exit }),
    living: async () => [],
    size: async () => 0,
    readOutbox: async () => [],
  } as unknown as Launcher
  const reader = { feed: () => [], summary: () => ({}) } as unknown as StreamReader
  const pulse = { silenceMs: null, firstWordMs: null, lingerMs: 60_000 }
  const deps = { store, clock: systemClock, launcher, stopGraceMs: 5_000, pollMs: 1_000, pulse }
  const ref = { attemptId: 7, nonce: 'n', launch: null }
  const words = { asked: () => null, heard: () => ({ said: false, progressAt: 0 }), wishIsFound }
  const attempt = { id: 7, taskId: 3, lanes: [], stop: null } as unknown as Attempt
  const session = { attempt, ref, reader, limitMs: 60_000, ranBeforeMs: 0, ...words }
  const end = await follow(deps, session, new AbortController().signal)
  if (end.end !== 'exited') throw new Error('it had exited')
  return { end, asked }
}

test('a good ending is not asked for it, and knows it once it is', async () => {
  const { end, asked } = await followed(well, true)
  expect(end.ending.stoppedBy).toBe(null)
  expect(asked).toEqual([])
  expect(await end.asked?.()).toMatchObject({ stoppedBy: 'operator', stopEvidence: 'enough' })
  expect(asked).toEqual(['attempt'])
})

test('any other ending is, and a good one that nobody else finds it for', async () => {
  const others: readonly [SessionExit, boolean][] = [
    [{ ...well, exitCode: 1 }, true],
    [{ ...well, exitCode: null, signal: 'SIGTERM' }, true],
    [{ ...well, cause: 'timeout' }, true],
    [well, false],
  ]
  for (const [exit, wishIsFound] of others) {
    const { end, asked } = await followed(exit, wishIsFound)
    expect(end.ending.stoppedBy).toBe('operator')
    expect(end.asked).toBeUndefined()
    expect(asked).toEqual(['attempt'])
  }
})
