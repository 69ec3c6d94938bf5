// The conformance suite on SQLite.

import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { systemClock } from '../../../src/base/clock.ts'
import { systemRandom } from '../../../src/base/random.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { openSqlite } from '../../../src/drivers/store/sqlite/open.ts'
import { conformsToTheContract } from './conformance/all.ts'
import type { World } from './conformance/world.ts'

conformsToTheContract('sqlite', makeWorld)

async function makeWorld(): Promise<World> {
  const folder = mkdtempSync(join(quickest(), 'midwatch-store-'))
  const path = join(folder, 'fleet.db')
  const opened: Store[] = []
  const open = () => {
    const store = openSqlite({ path, clock: systemClock, random: systemRandom })
    opened.push(store)
    return store
  }
  const store = open()
  const raw = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 1_000 })
  return {
    dialect: 'sqlite',
    store,
    another: async () => open(),
    sql: async (text) => statementsOf(text).flatMap((one) => raw.prepare(one).all()),
    client: hasClient() ? (text) => askClient(path, text) : null,
    async close() {
      raw.close()
      for (const one of opened) await one.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What is judged here is not the disk: sqlite-weather and sqlite-death see to that. */
function quickest(): string {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return '/dev/shm'
  } catch {
    return tmpdir()
  }
}

/** Statements are separated by lines that end in a semicolon. */
const statementsOf = (text: string): string[] =>
  text.split(/;\s*\n/).filter((one) => one.trim() !== '')

let clientThere: boolean | null = null
function hasClient(): boolean {
  clientThere ??= spawnSync('sqlite3', ['--version']).status === 0
  return clientThere
}

function askClient(path: string, text: string): { ok: boolean; said: string } {
  try {
    return {
      ok: true,
      said: execFileSync('sqlite3', ['-bail', path, text], { encoding: 'utf8', stdio: 'pipe' }),
    }
  } catch (error) {
    return { ok: false, said: String((error as { stderr?: unknown }).stderr) }
  }
}
