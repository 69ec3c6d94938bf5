// What a host that waits asks of its database: statements a second, counted by the server itself (pg_stat_statements), with the
// words of transactions, for `midwatch up` as users run it: dispatcher, sentinel and supervisor. One task is held for a
// person, so that something is there to be looked at.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { makeHost } from '../test/campaigns/hosts/host.ts'
import { ownPostgres } from '../test/support/own-postgres.ts'
import { build, midwatch } from './support/binary.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { type Row, skipped, within } from './support/table.ts'

const most = 2
const settleMs = 20_000
const countMs = 60_000
const what = 'idle load of a waiting host on PostgreSQL'

export async function measure(): Promise<readonly Row[]> {
  build()
  const settings = { shared_preload_libraries: 'pg_stat_statements' }
  const postgres = ownPostgres({ settings })
  if ('missing' in postgres) return [skipped(what, postgres.missing)]
  return await withScratch(async (scratch) => {
    const dir = mkdtempSync(join(scratch, 'idle-'))
    const yaml = `store: ${postgres.url('postgres')}\nhttp: {listen: "off"}\nagents:\n  shell: {adapter: command}\n`
    const host = makeHost({ name: 'idle', dir, yaml })
    try {
      await postgres.start()
      await postgres.sql('CREATE EXTENSION pg_stat_statements')
      const home = join(dir, 'adder')
      mkdirSync(home)
      writeFileSync(join(home, 'midwatch.yaml'), yaml)
      midwatch(home, ['add', 'waits for a person', '--run', 'true', '--ask', 'shall it run?'])
      host.start()
      await sleep(settleMs)
      await postgres.sql('SELECT pg_stat_statements_reset()')
      await sleep(countMs)
      const rows = await postgres.sql(
        `SELECT query, calls::int AS calls FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' ORDER BY calls DESC`,
      )
      for (const row of rows.slice(0, 8))
        progress(`${row['calls']} × ${String(row['query']).replaceAll(/\s+/g, ' ').slice(0, 90)}`)
      const calls = rows.reduce((sum, row) => sum + Number(row['calls']), 0)
      return [within(what, most, calls / (countMs / 1_000), '/s', `${calls} in a minute`)]
    } finally {
      await host.stop()
      await postgres.remove()
    }
  })
}

if (import.meta.main) await report(measure)
