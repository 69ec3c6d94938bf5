// The house's own share of a task's way on PostgreSQL, claim to settled with all its facts, by 1, 2 and 4 dispatchers whose launcher
// starts nothing; beside graphile-worker and pg-boss doing their own claim and complete, far less of which is recorded. Same
// server, which syncs every commit, same concurrency, rounds interleaved. The peers are installed into the scratch folder.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

import { systemClock } from '../src/base/clock.ts'
import { systemRandom } from '../src/base/random.ts'
import { openPostgres } from '../src/drivers/store/postgres/open.ts'
import { given } from '../sim/arguments.ts'
import { type OwnPostgres, ownPostgres } from '../test/support/own-postgres.ts'
import { fillPostgres } from './support/big-database.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { atLeast, type Row, skipped, told } from './support/table.ts'

const floor = 0.5
const values = given('node bench/postgres-throughput.ts', {
  rounds: { type: 'string', default: '3', is: 'count', means: 'how often; one takes a minute' },
  slots: {
    type: 'string',
    default: '8',
    is: 'count',
    means: 'how many each, and each peer, has under way at once',
  },
  dispatchers: { type: 'string', is: 'count', means: 'how many dispatchers; else 1, 2 and 4' },
})
const slots = Number(values.slots)
const dispatchers = values.dispatchers === undefined ? [1, 2, 4] : [Number(values.dispatchers)]
const rounds = Number(values.rounds)
/**
 * As many for everybody, and before them some for each process that are not counted: what counts is how fast they go on and not how
 * young they are.
 */
const counted = 4_000
const allOf = (processes: number): number => counted + 1_500 * processes
/** pg-boss 12 asks for a package that not every mirror of the registry has. */
const peers = ['graphile-worker@0.18.0', 'pg-boss@11.1.2']

type Peer = 'graphile' | 'boss'

interface Bench {
  readonly scratch: string
  readonly postgres: OwnPostgres
}

let made = 0
async function freshDatabase({ postgres }: Bench): Promise<string> {
  const name = `bench_${++made}`
  await postgres.sql(`CREATE DATABASE ${name}`)
  return name
}

/** Starts processes that say when they are ready, does `work`, and kills them. */
async function beside<T>(
  count: number,
  args: (index: number) => readonly string[],
  cwd: string,
  work: () => Promise<T>,
): Promise<T> {
  const children: ChildProcess[] = []
  try {
    for (let i = 0; i < count; i++) {
      const stdio = ['ignore', 'pipe', 'inherit'] as const
      children.push(spawn(process.execPath, args(i), { cwd, stdio: [...stdio] }))
    }
    await sleep(200 * count)
    return await work()
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(
      children.map(
        (one) => one.exitCode ?? one.signalCode ?? new Promise((end) => one.once('exit', end)),
      ),
    )
  }
}

/**
 * Waits until nothing is left, and answers how many a second there were since only those that count were. One connection asks for one
 * row: whoever looks on must not work beside those who are measured.
 */
async function rateUntil(bench: Bench, name: string, left: string): Promise<number> {
  const deadline = Date.now() + 60_000
  const client = new pg.Client(bench.postgres.url(name))
  await client.connect()
  const until = async (name: string, text: string): Promise<void> => {
    while ((await client.query({ name, text })).rowCount !== 0) {
      if (Date.now() > deadline) throw new Error('some are left after a minute')
      await sleep(20)
    }
  }
  try {
    await until('uncounted', `SELECT 1 ${left} OFFSET ${counted} LIMIT 1`)
    const { rows } = await client.query(`SELECT count(*) AS n ${left}`)
    const sinceMs = Date.now()
    await until('left', `SELECT 1 ${left} LIMIT 1`)
    return (Number(rows[0]?.n) / (Date.now() - sinceMs)) * 1_000
  } finally {
    await client.end()
  }
}

async function midwatchRate(bench: Bench, count: number): Promise<number> {
  const name = await freshDatabase(bench)
  const url = bench.postgres.url(name)
  const store = await openPostgres({ url, clock: systemClock, random: systemRandom })
  const dirs = Array.from({ length: count }, (_, i) => {
    const dir = mkdtempSync(join(bench.scratch, 'host-'))
    const text = `store: ${url}\nslots: ${slots}\nagents:\n  shell: {adapter: command, slots: ${slots * count}}\n`
    writeFileSync(join(dir, 'midwatch.yaml'), text)
    return [dir, `h${i}`] as const
  })
  const script = fileURLToPath(new URL('support/postgres-dispatcher.ts', import.meta.url))
  try {
    return await beside(
      count,
      (i) => [script, ...(dirs[i] ?? [])],
      bench.scratch,
      async () => {
        for (
          const deadline = Date.now() + 30_000;
          (await store.hosts()).length < count;
          await sleep(50)
        )
          if (Date.now() > deadline) throw new Error('the dispatchers do not start')
        await sleep(500)
        const others = { tasks: 0, demands: 0 }
        await fillPostgres(url, { settled: 0, ready: allOf(count), others, cwd: bench.scratch })
        store.poke()
        return await rateUntil(bench, name, `FROM tasks WHERE state IN ('held','ready','taken')`)
      },
    )
  } finally {
    await store.close()
  }
}

async function peerRate(bench: Bench, peer: Peer, count: number): Promise<number> {
  const name = await freshDatabase(bench)
  const url = bench.postgres.url(name)
  const folder = join(bench.scratch, 'peers')
  const add = (many: number) =>
    execFileSync(process.execPath, ['peers.mjs', peer, 'add', url, String(many)], { cwd: folder })
  add(0) // makes its tables
  return await beside(
    count,
    () => ['peers.mjs', peer, 'work', url, String(slots)],
    folder,
    async () => {
      await sleep(1_500)
      const left =
        peer === 'graphile'
          ? 'FROM graphile_worker.jobs'
          : `FROM pgboss.job WHERE state < 'completed'`
      add(allOf(count))
      return await rateUntil(bench, name, left)
    },
  )
}

/** Installs the peers; a sentence where that cannot be done. */
function install(scratch: string): string | null {
  const folder = join(scratch, 'peers')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  copyFileSync(
    fileURLToPath(new URL('support/peers.mjs', import.meta.url)),
    join(folder, 'peers.mjs'),
  )
  try {
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...peers]
    execFileSync('npm', words, { cwd: folder, stdio: 'pipe', timeout: 120_000 })
    return null
  } catch {
    return `${peers.join(' and ')} cannot be installed here`
  }
}

async function measureIn(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const count of dispatchers) {
    const own: number[] = []
    const graphile: number[] = []
    const boss: number[] = []
    for (let round = 0; round < rounds; round++) {
      graphile.push(await peerRate(bench, 'graphile', count))
      own.push(await midwatchRate(bench, count))
      boss.push(await peerRate(bench, 'boss', count))
      const said = [own, graphile, boss].map((rates) => `${rates.at(-1)?.toFixed(0)}/s`)
      progress(`${count} of each: midwatch, graphile-worker, pg-boss: ${said.join(', ')}`)
    }
    const what = `no-op session on PostgreSQL, ${count} dispatcher${count > 1 ? 's' : ''} × ${slots}`
    const ratio = (rates: number[]) => median(own.map((rate, i) => rate / (rates[i] ?? Number.NaN)))
    const ours = `${median(own).toFixed(0)}/s`
    rows.push(
      atLeast(
        what,
        floor,
        ratio(graphile),
        ours,
        `graphile-worker ${median(graphile).toFixed(0)}/s`,
      ),
      told(what, ours, `pg-boss ${median(boss).toFixed(0)}/s`, ratio(boss).toFixed(2)),
    )
  }
  return rows
}

export async function measure(): Promise<readonly Row[]> {
  const what = 'no-op session on PostgreSQL'
  return await withScratch(async (scratch) => {
    const missing = install(scratch)
    if (missing !== null) return [skipped(what, missing)]
    const postgres = ownPostgres({ durable: true })
    if ('missing' in postgres) return [skipped(what, postgres.missing)]
    try {
      await postgres.start()
      return await measureIn({ scratch, postgres })
    } finally {
      await postgres.remove()
    }
  })
}

if (import.meta.main) await report(measure)
