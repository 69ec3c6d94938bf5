// Sudden death on SQLite: processes that write are killed, and what they were told is there.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'

import { want } from './conformance/wants.ts'
import { openAt } from './processes/address.ts'
import { start } from './processes/run.ts'
import { acknowledged, tasksIn } from './processes/written.ts'

const scratch = mkdtempSync(join(tmpdir(), 'midwatch-death-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('sudden death', () => {
  it('of writers loses nothing that was acknowledged, and leaves nothing half-written', async () => {
    const path = join(scratch, 'fleet.db')
    const promised: number[] = []
    const rounds = 4
    const crew = 3
    for (let round = 0; round < rounds; round += 1) {
      const writers = Array.from({ length: crew }, () => start('write.ts', [path]))
      for (const writer of writers) await writer.line(/^ok/)
      for (const [i, writer] of writers.entries()) {
        for (let turn = 0; turn < i * 10 * round; turn += 1)
          await new Promise((resolve) => setImmediate(resolve))
        writer.child.kill('SIGKILL')
      }
      for (const writer of writers) promised.push(...acknowledged((await writer.ended).lines))
    }
    const there = new Set(tasksIn(path))
    expect(promised.filter((id) => !there.has(id))).toEqual([])
    // At most the one that was on its way at each death may be there without having been acknowledged.
    expect(there.size - promised.length).toBeLessThanOrEqual(rounds * crew)
    const db = new DatabaseSync(path)
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    expect(
      db.prepare("SELECT count(*) AS n FROM facts WHERE kind = 'task.enqueued'").get(),
    ).toEqual({ n: there.size })
    db.close()
    const store = await openAt(path)
    expect((await store.enqueue(want())).task.id).toBeGreaterThan(Math.max(...there))
    await store.close()
  })
})
