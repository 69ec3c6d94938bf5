// Two hosts of one database, as users run them, and the database dies under both and comes back. `node
// test/campaigns/many-hosts.ts` is the whole one: three hosts, their network and their clocks.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openFleet } from '../../src/app.ts'
import { readStat } from '../../src/drivers/processes/process.ts'
import { enqueue, type Want } from '../../src/lifecycle/intake/enqueue.ts'
import { type CampaignHost, makeHost } from '../campaigns/hosts/host.ts'
import { type Ask, brokenAmongHosts } from '../campaigns/hosts/judge.ts'
import { orphans } from '../campaigns/kill/judge.ts'
import { wantOf } from '../campaigns/kill/workload.ts'
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.ts'
import { findBinaries, findOwner } from '../support/postgres-server.ts'

const missing = findBinaries() === null || findOwner() === null
const why = missing ? ' (skipped: no PostgreSQL 15 or newer here)' : ''
const short = 16
const agents = { shell: 5 }

describe.skipIf(missing)(`two hosts whose database is killed and comes back${why}`, () => {
  let dir: string
  let postgres: OwnPostgres
  let hosts: readonly CampaignHost[]
  let fleetId: string
  const ask: Ask = (text) => postgres.sql(text)

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'midwatch-two-hosts-'))
    const made = ownPostgres({ durable: true })
    if ('missing' in made) throw new Error(made.missing)
    postgres = made
    await postgres.start()
    const yaml = `store: ${postgres.url('postgres')}\nslots: 3\nbackoff: [200ms]\nhttp: {listen: "off"}\nsentinel: {restartBackoff: [0s, 500ms]}\nlimits: {poll: 300ms, stopGrace: 5s}\nagents:\n  shell: {adapter: command, slots: ${agents.shell}}\n`
    mkdirSync(join(dir, 'work'))
    hosts = ['anvil', 'bellows'].map((name) => makeHost({ name, dir, yaml }))
    fleetId = await fill(yaml)
    for (const host of hosts) host.start()
  })

  afterAll(async () => {
    for (const host of hosts ?? []) await host.stop()
    await postgres?.remove()
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  })

  /** One that outlives the outage, one that reaches its limit in it, and many short ones. */
  async function fill(yaml: string): Promise<string> {
    const home = join(dir, 'adder')
    mkdirSync(home)
    writeFileSync(join(home, 'midwatch.yaml'), yaml)
    const fleet = await openFleet({ dir: home, env: process.env })
    const name = '$MIDWATCH_ATTEMPT $MIDWATCH_TASK'
    const add = async (title: string, run: string, more: Partial<Want> = {}) => {
      const framed = `echo "start ${name}" >>../log; ${run}; echo "stop ${name}" >>../log`
      const want = { ...wantOf(0, join(dir, 'work')), title, run: framed, verify: null, ...more }
      await enqueue({ ...fleet, folder: fleet.host.folder }, want)
    }
    try {
      await add('long', ': >long-began; sleep 8; : >long-ended', { priority: 9 })
      const bounded = 'echo $$ >bounded; [ -e second ] || { : >second; exec sleep 60; }'
      await add('bounded', bounded, { priority: 9, timeoutMs: 4_000, attempts: 3 })
      for (let i = 0; i < short; i++) await add(`short ${i}`, `sleep ${0.3 + (i % 4) / 4}`)
      return fleet.store.fleetId
    } finally {
      await fleet.close()
    }
  }

  const made = (file: string) => existsSync(join(dir, 'work', file))
  const boundedPid = () =>
    made('bounded') ? Number(readFileSync(join(dir, 'work', 'bounded'), 'utf8')) : 0

  it('sessions go on without it and keep their limits', async () => {
    await within(25_000, async () => {
      const rows = await ask(`SELECT id FROM attempts WHERE task_id <= 2 AND state = 'confirmed'`)
      return rows.length === 2 && made('long-began') && boundedPid() > 0
    })
    const pid = boundedPid()
    await postgres.stop('kill')
    await within(25_000, async () => readStat(pid) === null)
    await within(25_000, async () => made('long-ended'))
    await expect(ask('SELECT 1')).rejects.toThrow() // and all of that without a database
  }, 90_000)

  it('when it is back every task is settled once, no cap was passed, and nothing ran beside itself', async () => {
    await postgres.start()
    await within(25_000, async () => {
      const left = await ask(
        `SELECT 1 FROM tasks WHERE state <> 'settled' UNION ALL SELECT 1 FROM attempts WHERE state <> 'ended'`,
      )
      return left.length === 0
    })
    const caps = { host: 3, agents }
    const log = join(dir, 'log')
    expect(await brokenAmongHosts({ ask, log, tasks: short + 2, caps })).toEqual([])
    const ends = await ask(
      `SELECT t.title, a.class FROM attempts a JOIN tasks t ON t.id = a.task_id WHERE t.title IN ('long', 'bounded') ORDER BY a.id`,
    )
    expect(ends.filter(({ title }) => title === 'long')).toEqual([
      { title: 'long', class: 'success' },
    ])
    expect(ends.filter(({ title }) => title === 'bounded').map((one) => one['class'])).toEqual([
      'timeout',
      'success',
    ])
    expect(new Set((await ask('SELECT host FROM attempts')).map(({ host }) => host)).size).toBe(2)
    await expect.poll(() => orphans(fleetId)).toEqual([]) // what was just ended may still be seen
  }, 60_000)
})

async function within(ms: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not come to pass within ${ms} ms`)
    await sleep(50)
  }
}
