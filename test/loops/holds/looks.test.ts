// The looks of checks: several at once and never more than a few, so that a slow one holds up nobody and many do not run a
// machine into the ground.

import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { createLooks } from '../../../src/loops/holds/looks.ts'
import type { Look } from '../../../src/model/probe.ts'
import { enqueue, t0 } from '../../drivers/store/conformance/wants.ts'

let store: Store
beforeEach(() => {
  store = openSqlite({ path: ':memory:', clock: systemClock, random: systemRandom })
})
afterEach(() => store.close())

const wanted = 12
const most = 8

test('eight checks are looked at together, the rest when there is room, and each of them once', async () => {
  const probe = { look: 'file', path: '/x' } as const
  const holds = [{ kind: 'check', probe, everyMs: 60_000, timeoutMs: 1_000 } as const]
  for (let i = 0; i < wanted; i += 1) await enqueue(store, { holds })
  const pending: ((look: Look) => void)[] = []
  const asked = new Set<string>()
  const errors: unknown[] = []
  const looks = createLooks(
    {
      store,
      clock: { ...systemClock, now: () => t0 + 1_000 },
      checker: {
        look: (_probe, owner) => {
          asked.add(owner)
          return new Promise((resolve) => pending.push(resolve))
        },
      },
      inForce: () => ({ configHash: '', config: { tiers: [], limits: { pollMs: 1 } }, offers: [] }),
      fired: () => {},
      onError: (_where, error) => errors.push(error),
    },
    new AbortController().signal,
  )
  await looks.begin()
  await looks.begin()
  expect(pending).toHaveLength(most)
  for (const answer of pending.splice(0)) answer({ answer: 'not_yet', detail: 'not there' })
  await looks.drained()
  await looks.begin()
  expect(pending).toHaveLength(wanted - most)
  expect(asked.size).toBe(wanted)
  for (const answer of pending.splice(0)) answer({ answer: 'met', detail: 'it is there' })
  await looks.drained()
  await looks.begin()
  expect(pending).toHaveLength(0)
  expect(errors).toEqual([])
  expect(await store.counts()).toMatchObject({ held: most, ready: wanted - most })
})
