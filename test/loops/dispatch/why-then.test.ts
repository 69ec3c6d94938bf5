// Incident 54, the morning after: why did nothing happen at three? Told from the holds, gates and refusals that were kept,
// each as it stood then, and not as it stands now.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { whyThen } from '../../../src/loops/dispatch/why-fleet.ts'
import { enqueue, forPerson, t0 } from '../../drivers/store/conformance/wants.ts'

const hour = 3_600_000
let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const at = (hours: number, taskId: number | null = null) =>
  whyThen({ store }, t0 + hours * hour, taskId)

test('a hold that is over is told of while it stood, and neither before nor after', async () => {
  const task = await enqueue(store, { holds: [forPerson] })
  const [hold] = await store.holdsOf(task.id, true)
  await store.release({ holdId: hold?.id ?? 0, by: 'ann', now: t0 + 5 * hour })
  const then = await at(3, task.id)
  expect(then.holds).toMatchObject([{ kind: 'person', since: t0 }])
  expect(then.sentence).toContain('may it?')
  expect((await at(6, task.id)).holds).toEqual([])
  const before = await at(-1, task.id)
  expect(before.holds).toEqual([])
  expect(before.sentence).toContain(`task ${task.id} was not there yet`)
  await expect(at(3, 99)).rejects.toThrow('there is no task 99')
})

test('a gate that passes again is told as it stood then', async () => {
  const pin = { lane: 'agent:shell', by: 'ann', reason: 'a look first', until: null }
  await store.pin({ ...pin, now: t0 + 2 * hour })
  await store.resetGate({ lane: pin.lane, by: 'ann', reason: 'looked', now: t0 + 4 * hour })
  expect((await at(3)).gates).toMatchObject([
    { lane: 'agent:shell', state: 'pinned', since: t0 + 2 * hour, reason: 'a look first' },
  ])
  expect((await at(3)).sentence).toBe('agent:shell was pinned')
  for (const hours of [1, 5]) expect((await at(hours)).gates).toEqual([])
})

test('who was refused is told with since when, until when and how often; a quiet hour says so', async () => {
  const refused = {
    ...{ code: 'calm.shut', sentence: 'calm:night@h1 is not calm', release: 'a calm machine' },
    ...{ subject: 'agent shell', firstAt: t0 + 2 * hour, lastAt: t0 + 4 * hour, count: 720 },
  }
  await store.noteRefusals({ host: 'h1', refusals: [refused], now: t0 + 4 * hour })
  const then = await at(3)
  expect(then.refusals).toEqual([{ ...refused, host: 'h1' }])
  expect(then.sentence).toBe('calm:night@h1 is not calm')
  const quiet = await at(8)
  expect(quiet).toMatchObject({ refusals: [], gates: [], holds: [] })
  expect(quiet.sentence).toContain('no dispatcher ran')
})
