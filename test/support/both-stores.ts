// Judges the same facts on both databases: each fact on a fresh one.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'

import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import { openPostgres } from '../../src/drivers/store/postgres/open.ts'
import { openSqlite } from '../../src/drivers/store/sqlite/open.ts'
import { usePostgres } from './postgres.ts'

export type Judge = (open: () => Promise<Store>) => Promise<void>

const parts = { clock: systemClock, random: systemRandom }

/** Answers how to judge a fact on each database there is; `open` opens one more handle on the same database. */
export async function onBothStores(): Promise<(title: string, judge: Judge) => void> {
  const found = await usePostgres()
  return (title, judge) => {
    it(`${title} (sqlite)`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'midwatch-both-'))
      await judged(async () => openSqlite({ path: join(folder, 'fleet.db'), ...parts }), judge)
      rmSync(folder, { recursive: true, force: true })
    })
    if ('skip' in found) return it.skip(`${title} (postgres): ${found.skip}`, () => {})
    it(`${title} (postgres)`, async () => {
      const database = await found.postgres.create()
      await judged(() => openPostgres({ url: database.url, ...parts }), judge)
      await database.drop()
    })
  }
}

async function judged(open: () => Promise<Store>, judge: Judge): Promise<void> {
  const opened: Store[] = []
  try {
    await judge(async () => {
      const store = await open()
      opened.push(store)
      return store
    })
  } finally {
    for (const store of opened) await store.close()
  }
}
