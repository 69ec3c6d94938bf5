// The conformance suite on PostgreSQL, each fact on a database of its own.

import { spawnSync } from 'node:child_process'
import { it } from 'vitest'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openPostgres } from '../../../src/drivers/store/postgres/open.ts'
import { type Postgres, usePostgres } from '../../support/postgres.ts'
import { conformsToTheContract } from './conformance/all.ts'
import type { World } from './conformance/world.ts'

const found = await usePostgres()
if ('postgres' in found) conformsToTheContract('postgres', () => makeWorld(found.postgres))
else it.skip(found.skip, () => {})

async function makeWorld(postgres: Postgres): Promise<World> {
  const database = await postgres.create()
  const opened: Store[] = []
  const open = async () => {
    const store = await openPostgres({
      url: database.url,
      clock: systemClock,
      random: systemRandom,
    })
    opened.push(store)
    return store
  }
  const store = await open()
  return {
    dialect: 'postgres',
    store,
    another: open,
    sql: database.sql,
    client: hasClient() ? (text) => askClient(database.url, text) : null,
    async close() {
      for (const one of opened) await one.close()
      await database.drop()
    },
  }
}

let clientThere: boolean | null = null
function hasClient(): boolean {
  clientThere ??= spawnSync('psql', ['--version']).status === 0
  return clientThere
}

function askClient(url: string, text: string): { ok: boolean; said: string } {
  const ran = spawnSync('psql', [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text], {
    encoding: 'utf8',
  })
  return { ok: ran.status === 0, said: ran.stdout + ran.stderr }
}
