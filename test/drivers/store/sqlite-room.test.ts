// The room of the embedded database: empty pages go back to the disk in small steps, and a copy ends though others write on.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { backupSqlite } from '../../../src/drivers/store/sqlite/backup.ts'
import { sqliteCompactor } from '../../../src/drivers/store/sqlite/compact.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { t0, want } from './conformance/wants.ts'

let dir = ''
let path = ''
let store: Store
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-room-'))
  path = join(dir, 'fleet.db')
  store = openSqlite({ path, clock: systemClock, random: systemRandom })
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true, force: true })
})

const big = { ...want().order, run: `true ${'x'.repeat(20_000)}` }
async function settled(count: number): Promise<void> {
  const one = async () => {
    const { task } = await store.enqueue(want({ order: big }))
    await store.settleByHand({ taskId: task.id, outcome: 'done', by: 'x', reason: '', now: t0 })
  }
  // Many at once share the way to the disk.
  for (let left = count; left > 0; left -= 50)
    await Promise.all(Array.from({ length: Math.min(50, left) }, one))
}

it('what pruning left empty goes back to the disk, a little at a time, while others write', async () => {
  await settled(600)
  while ((await store.prune({ before: t0 + 1, limit: 200, now: t0 + 2 })).tasks > 0);
  const sizes = () => {
    const db = new DatabaseSync(path)
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    return statSync(path).size
  }
  const before = sizes()
  const compactor = sqliteCompactor(path)
  let steps = 0
  for (let left = 1; left > 0 && steps < 100; steps++) {
    const step = compactor.step()
    expect(step.freed).toBeLessThanOrEqual(256 * 4_096)
    left = step.freed === 0 ? 0 : step.left
    await store.enqueue(want())
  }
  expect(steps).toBeGreaterThan(5)
  expect(sizes()).toBeLessThan(before / 2)
  expect((await store.counts()).ready).toBe(steps)
})

it('a database that is mostly full is left as it is, and who writes is not waited for', async () => {
  await settled(100)
  expect(sqliteCompactor(path).step()).toEqual({ freed: 0, left: 0 })
  while ((await store.prune({ before: t0 + 1, limit: 200, now: t0 + 2 })).tasks > 0);
  await settled(600)
  while ((await store.prune({ before: t0 + 1, limit: 200, now: t0 + 2 })).tasks > 0);
  const writer = new DatabaseSync(path)
  writer.exec('BEGIN IMMEDIATE')
  expect(sqliteCompactor(path).step()).toEqual({ freed: 0, left: 0 })
  writer.exec('ROLLBACK')
  writer.close()
  expect(sqliteCompactor(path).step().freed).toBeGreaterThan(0)
})

it('a copy ends and is whole although somebody writes all the time', async () => {
  await settled(500)
  let writing = true
  let written = 0
  const writer = (async () => {
    while (writing) {
      await store.enqueue(want())
      written += 1
    }
  })()
  const copy = join(dir, 'copy.db')
  await backupSqlite(path, copy)
  writing = false
  await writer
  expect(written).toBeGreaterThan(5)
  const restored = openSqlite({ path: copy, clock: systemClock, random: systemRandom })
  expect((await restored.counts()).done).toBe(500)
  await restored.close()
})

it('a database whose folder was removed is given no new file, and nobody is told of an error', () => {
  const empty = join(dir, 'empty')
  mkdirSync(empty)
  expect(sqliteCompactor(join(empty, 'gone', 'fleet.db')).step()).toEqual({ freed: 0, left: 0 })
  expect(sqliteCompactor(join(empty, 'fleet.db')).step()).toEqual({ freed: 0, left: 0 })
  expect(readdirSync(empty)).toEqual([])
})
