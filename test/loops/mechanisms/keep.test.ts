// Firings are gathered and written together, and nothing that moved is lost between two writes.

import { expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { keepMechanisms } from '../../../src/loops/mechanisms/keep.ts'
import type { Firing } from '../../../src/model/mechanism.ts'
import { until } from '../../support/until.ts'

function stepped() {
  let wake = () => {}
  const clock: Clock = {
    now: () => 7,
    monotonicMs: () => 7,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
        if (signal?.aborted) resolve()
      }),
  }
  return { clock, step: () => wake() }
}

test('many firings become one write that sums what moved and knows what waits now', async () => {
  const { clock, step } = stepped()
  const written: (readonly Firing[])[] = []
  const errors: unknown[] = []
  const keeper = keepMechanisms({
    gatherMs: () => 10_000,
    store: {
      async reportMechanism({ firings }) {
        written.push(firings)
        if (written.length === 2) throw new Error('the store is away')
      },
    },
    clock,
    host: 'h1',
    onError: (_where, error) => errors.push(error),
  })
  keeper.tell({ name: 'time', had: 5, moved: 3 })
  keeper.tell({ name: 'time', had: 2, moved: 1, note: 'busy' })
  keeper.tell({ name: 'time', had: 0, moved: 0, note: 'idle' })
  keeper.tell({ name: 'claim', had: 0, moved: 0 })
  step()
  await until(async () => written.length === 1)
  expect(written[0]).toEqual([
    { name: 'time', had: 0, moved: 4, note: 'idle', times: 3, timesHad: 2 },
    { name: 'claim', had: 0, moved: 0, times: 1, timesHad: 0 },
  ])
  keeper.tell({ name: 'time', had: 0, moved: 0 })
  step()
  await until(async () => errors.length === 1)
  keeper.tell({ name: 'time', had: 1, moved: 1 })
  await keeper.stop()
  expect(written).toHaveLength(3)
  expect(errors).toHaveLength(1)
})
