// What a world came to: its last rows, for the checkers, and the hash over every row of its database, facts among them,
// by which two runs are compared.

import { createHash } from 'node:crypto'

import { present } from '../src/base/assert.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import type { Provenance } from '../src/model/provenance.ts'
import type { Task } from '../src/model/task.ts'
import type { Rows } from './checkers/contract.ts'
import { everyRow } from './database.ts'

export async function readRows(store: Store): Promise<Rows> {
  const { tasks: brief } = await store.tasks({ limit: 1_000_000 })
  const tasks: Task[] = []
  const attempts = new Map()
  const holds = new Map()
  const lines = new Map<number, Provenance>()
  for (const { id } of brief) {
    tasks.push(present(await store.task(id), 'a listed task is there'))
    attempts.set(id, await store.attemptsOf(id))
    holds.set(id, await store.holdsOf(id, false))
    const line = await store.provenance(id)
    if (line !== null) lines.set(id, line)
  }
  const incidents = await store.incidents({ openOnly: false, limit: 1_000_000 })
  const { usd: spentUsd } = await store.spent({ since: 0, account: null })
  return { tasks, attempts, holds, gates: await store.gates(), incidents, spentUsd, lines }
}

/** Of every row of every table. */
export function hashOf(store: Store): string {
  const hash = createHash('sha256')
  for (const [table, row] of everyRow(store)) hash.update(`${table} ${JSON.stringify(row)}\n`)
  return hash.digest('hex').slice(0, 32)
}
