// What SQLite's reads remember: nothing is asked twice while nothing changes, and nothing outlives a change, ours or that
// of another process.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { remember } from '../../../src/drivers/store/sqlite/remembered.ts'

let dir: string
let stores: Store[]
const open = (): Store => {
  const path = join(dir, 'fleet.db')
  const store = openSqlite({ path, clock: systemClock, random: systemRandom })
  stores.push(store)
  return store
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-remembered-'))
  stores = []
})
afterEach(async () => {
  for (const store of stores) await store.close()
  rmSync(dir, { recursive: true, force: true })
})

const pin = (store: Store, lane: string) =>
  store.pin({ lane, by: 'ann', reason: 'a look', until: null, now: 1 })

test('a change of our own is seen by the next read', async () => {
  const store = open()
  expect(await store.gates()).toEqual([])
  await pin(store, 'fleet')
  expect((await store.gates()).map(({ lane }) => lane)).toEqual(['fleet'])
})

test('a change of another connection is seen by the next read', async () => {
  const [ours, theirs] = [open(), open()]
  expect(await ours.gates()).toEqual([])
  expect(await ours.nextDue()).toBeNull()
  await pin(theirs, 'host:a')
  expect((await ours.gates()).map(({ lane }) => lane)).toEqual(['host:a'])
})

test('a raw statement of another process is seen, too', async () => {
  const store = open()
  await pin(store, 'fleet')
  expect(await store.gates()).toHaveLength(1)
  const raw = new DatabaseSync(join(dir, 'fleet.db'))
  raw.exec("UPDATE gates SET reason = 'another' WHERE lane = 'fleet'")
  raw.close()
  expect(await store.gates()).toMatchObject([{ reason: 'another' }])
})

test('a question is asked once between two changes', () => {
  const db = new DatabaseSync(join(dir, 'any.db'))
  const remembered = remember(db)
  let asked = 0
  const ask = () => remembered.recall('q', () => (asked += 1))
  expect([ask(), ask(), ask()]).toEqual([1, 1, 1])
  remembered.forget()
  expect([ask(), ask()]).toEqual([2, 2])
  db.close()
})
