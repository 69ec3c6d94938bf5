// How long a session has run counts from where its exit counts: from the start of its program, however late under its wrapper.

import { expect, test } from 'vitest'

import type { Marks } from '../../../../src/drivers/launchers/local/marks.ts'
import type { Session } from '../../../../src/drivers/launchers/local/session.ts'
import { sight } from '../../../../src/drivers/launchers/local/sight.ts'
import { uptimeCentis } from '../../../../src/drivers/processes/process.ts'

test('a program that its wrapper started late has not run since the wrapper’s start', async () => {
  const now = uptimeCentis()
  const wrapperTicks = String(now - 900)
  const marks: Partial<Marks> = {
    taken: null,
    refused: null,
    exit: null,
    wrapper: { nonce: 'n', pid: 1, bootId: 'b' },
    started: { pid: 2 ** 30, startTicks: String(now - 100) },
  }
  const session = { marks: () => marks, wrapperTicks: () => wrapperTicks } as unknown as Session
  const seen = await sight(session, { attemptId: 1, nonce: 'n', launch: null }, 'b')
  expect(seen.seen).toBe('running')
  const { ranMs = 0 } = seen as { ranMs?: number }
  expect(ranMs).toBeGreaterThanOrEqual(1_000)
  expect(ranMs).toBeLessThan(8_000)
})
