// Housekeeping: room on the disk, pruning in small steps, and copies that can be restored.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import { backupSqlite } from '../../../src/drivers/store/sqlite/backup.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { type KeepDeps, startKeeping } from '../../../src/loops/keep/loop.ts'
import { defaultKeep } from '../../../src/model/keeping.ts'
import { t0, want } from '../../drivers/store/conformance/wants.ts'

const dir = mkdtempSync(join(tmpdir(), 'midwatch-keep-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A clock on which each sleep is a step of the test. */
function stepped() {
  let nowMs = 0
  let go = () => {}
  let slept = () => {}
  const clock: Clock = {
    now: () => t0 + nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve(), { once: true })
        go = () => {
          nowMs += ms
          resolve()
        }
        slept()
      }),
  }
  const step = async () => {
    const rested = new Promise<void>((resolve) => (slept = resolve))
    go()
    await rested
  }
  return { clock, step, started: new Promise<void>((resolve) => (slept = resolve)) }
}

test('with too little room nothing new is taken, it is told once, and it goes on by itself', async () => {
  const { clock, step, started } = stepped()
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  let free = 5e9
  const deps: KeepDeps = {
    ...{ store, clock, stateDir: '/x', backups: null, keep: () => defaultKeep },
    host: { name: 'h1', freeBytes: async () => free },
    dropOutputs: async () => {},
    limits: () => ({ pollMs: 1_000 }),
    fired: () => {},
    onError: (_where, error) => expect.fail(String(error)),
  }
  const keeper = startKeeping(deps)
  await started
  expect(keeper.isFull()).toBe(false)
  free = defaultKeep.freeBytes - 1
  await step()
  await step()
  expect(keeper.isFull()).toBe(true)
  const open = () => store.incidents({ openOnly: true, limit: 9 })
  expect(await open()).toMatchObject([{ key: 'space:h1', count: 1 }])
  free = defaultKeep.freeBytes + 1 // a little more is not yet enough
  await step()
  expect(keeper.isFull()).toBe(true)
  free = 5e9
  await step()
  expect(keeper.isFull()).toBe(false)
  expect(await open()).toEqual([])
  await keeper.stop()
})

test('whoever waits for the first look knows a disk that was full before', async () => {
  const clock = systemClock
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  const keeper = startKeeping({
    ...{ store, clock, stateDir: '/x', backups: null, keep: () => defaultKeep },
    host: { name: 'h1', freeBytes: async () => 1 },
    dropOutputs: async () => {},
    limits: () => ({ pollMs: 1_000 }),
    fired: () => {},
    onError: (_where, error) => expect.fail(String(error)),
  })
  await keeper.looked
  expect(keeper.isFull()).toBe(true)
  await keeper.stop()
})

test('what is old goes in small steps, and what is young stays', async () => {
  const { clock, step, started } = stepped()
  const store = openSqlite({ path: ':memory:', clock, random: systemRandom })
  const settle = async (at: number) => {
    const { task } = await store.enqueue({ ...want(), now: at })
    const how = { outcome: 'done' as const, by: 'x', reason: 'seen', now: at }
    await store.settleByHand({ taskId: task.id, ...how })
  }
  for (let i = 0; i < 30; i++) await settle(t0 - 91 * 86_400_000)
  await settle(t0)
  const moved: number[] = []
  const keeper = startKeeping({
    ...{ store, clock, stateDir: '/x', backups: null, keep: () => defaultKeep },
    host: { name: 'h1', freeBytes: async () => null },
    dropOutputs: async () => {},
    limits: () => ({ pollMs: 1_000 }),
    fired: ({ name, moved: n }) => void (name === 'prune' && moved.push(n)),
    onError: (_where, error) => expect.fail(String(error)),
  })
  await started
  await step()
  await step()
  expect(moved).toEqual([20, 10, 0])
  expect((await store.counts()).done).toBe(1)
  await keeper.stop()
})

test('a copy made while others write is sound, complete, and works in the place of the original', async () => {
  const clock = { now: () => t0, monotonicMs: () => 0, sleep: async () => {} }
  const path = join(dir, 'fleet.db')
  const store = openSqlite({ path, clock, random: systemRandom })
  for (let i = 0; i < 200; i++) await store.enqueue({ ...want(), now: t0 })
  const writing = (async () => {
    for (let i = 0; i < 100; i++) await store.enqueue({ ...want(), now: t0 })
  })()
  const copy = join(dir, 'copy', 'fleet.db')
  await backupSqlite(path, copy)
  await writing
  const restored = openSqlite({ path: copy, clock, random: systemRandom })
  const { ready } = await restored.counts()
  expect(ready).toBeGreaterThanOrEqual(200)
  expect(restored.fleetId).toBe(store.fleetId)
  await restored.enqueue({ ...want(), now: t0 })
  expect((await restored.counts()).ready).toBe(ready + 1)
  await restored.close()
  await store.close()
})
