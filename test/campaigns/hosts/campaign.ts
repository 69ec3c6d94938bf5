// A campaign on hosts of one database: tasks of real processes come in, three hosts work on them under caps, and one fault
// after the other falls on hosts, their network, their clocks and the database, for as long as there is work.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { openFleet } from '../../../src/app.ts'
import { enqueue } from '../../../src/lifecycle/intake/enqueue.ts'
import { ownPostgres } from '../../support/own-postgres.ts'
import { orphans } from '../kill/judge.ts'
import { wantOf } from '../kill/workload.ts'
import { type Fault, faults, type Scene } from './faults.ts'
import { makeHost } from './host.ts'
import { type Ask, brokenAmongHosts } from './judge.ts'
import { layNetwork } from './network.ts'

export interface HostsCampaign {
  /** An empty folder. */
  readonly dir: string
  readonly tasks: number
  readonly leaseS: number
  readonly graceS: number
  readonly outageS: number
  readonly boundMs: number
  readonly onFault: (played: Played) => void
}

/** What was open when a fault fell, and what came of it by its end. */
export interface Played {
  readonly fault: string
  readonly atMs: number
  readonly tookMs: number
  readonly open: string
  readonly unsettled: number
  readonly lost: number
}

export interface HostsOutcome {
  readonly broken: readonly string[]
  readonly played: readonly Played[]
  readonly attempts: string
  readonly tookMs: number
}

const count = 3
const slots = 4
/** Of the agent on all hosts: fewer than the hosts have together, so that the cap is felt. */
const agents = { shell: 9, narrow: 2 }
const pauseMs = 6_000

export async function runHosts(campaign: HostsCampaign): Promise<HostsOutcome> {
  const { dir, tasks } = campaign
  const network = layNetwork(count)
  const postgres = ownPostgres({ listen: network.bridge, durable: true })
  if ('missing' in postgres) throw new Error(postgres.missing)
  const began = performance.now()
  await postgres.start()
  const ask: Ask = (text) => postgres.sql(text)
  const yaml = yamlOf(campaign, postgres.url('postgres', network.bridge))
  const hosts = Array.from({ length: count }, (_, i) =>
    makeHost({ name: `h${i + 1}`, dir, yaml, prefix: network.on(i + 1), movable: i === 2 }),
  )
  const lossMs = (campaign.leaseS + campaign.graceS) * 1_000
  const scene: Scene = { postgres, network, hosts, ask, lossMs, outageMs: campaign.outageS * 1_000 }
  try {
    const fleetId = await fill(dir, tasks, yamlOf(campaign, postgres.url('postgres')))
    for (const host of hosts) host.start()
    const played = await playAll(campaign, scene, began)
    await finish(ask, campaign.boundMs - (performance.now() - began))
    const tookMs = performance.now() - began
    for (const host of hosts) await host.stop()
    const caps = { host: slots, agents }
    const broken = await brokenAmongHosts({ ask, log: join(dir, 'log'), tasks, caps })
    const left = orphans(fleetId).map((pid) => `process ${pid} still carries the mark of a session`)
    const late = tookMs > campaign.boundMs ? [`it took ${tookMs} ms`] : []
    return { broken: [...broken, ...left, ...late], played, attempts: await classes(ask), tookMs }
  } finally {
    for (const host of hosts) await host.kill()
    await postgres.remove()
  }
}

const yamlOf = ({ leaseS, graceS }: HostsCampaign, url: string): string =>
  `store: ${url}
slots: ${slots}
backoff: [200ms, 1s]
http: {listen: "off"}
sentinel: {restartBackoff: [0s, 500ms]}
limits: {lease: ${leaseS}s, leaseGrace: ${graceS}s, confirm: ${leaseS - 1}s, poll: 500ms}
agents:
  shell: {adapter: command, slots: ${agents.shell}}
  narrow: {adapter: command, slots: ${agents.narrow}}
`

/** Adds the tasks: nine in ten for the wide agent, each some seconds long. */
async function fill(dir: string, tasks: number, yaml: string): Promise<string> {
  const home = join(dir, 'adder')
  mkdirSync(home)
  mkdirSync(join(dir, 'work'))
  writeFileSync(join(home, 'midwatch.yaml'), yaml)
  const fleet = await openFleet({ dir: home, env: process.env })
  try {
    for (let i = 0; i < tasks; i++) {
      const name = '$MIDWATCH_ATTEMPT $MIDWATCH_TASK'
      const run = `echo "start ${name}" >>../log; sleep ${0.5 + (i % 8) / 2}; echo "stop ${name}" >>../log`
      const agent = i % 10 === 9 ? 'narrow' : 'shell'
      const want = { ...wantOf(0, join(dir, 'work')), title: `${i}`, run, agent, verify: null }
      await enqueue({ ...fleet, folder: fleet.host.folder }, { ...want, attempts: 5 })
    }
    return fleet.store.fleetId
  } finally {
    await fleet.close()
  }
}

async function playAll(
  { onFault }: HostsCampaign,
  scene: Scene,
  began: number,
): Promise<readonly Played[]> {
  const { ask } = scene
  const all: Played[] = []
  for (let i = 0; i < faults.length * 20; i++) {
    await sleep(pauseMs)
    if ((await unsettled(ask)) === 0) break
    const played = await playOne(faults[i % faults.length] as Fault, scene, began)
    all.push(played)
    onFault(played)
  }
  return all
}

async function playOne(fault: Fault, scene: Scene, began: number): Promise<Played> {
  const { ask } = scene
  const atMs = performance.now() - began
  const rows = await ask(
    `SELECT host, state, count(*)::int AS n FROM attempts WHERE state <> 'ended' GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  const lostBefore = await lostSoFar(ask)
  const left = await unsettled(ask)
  await fault.play(scene)
  return {
    fault: fault.name,
    atMs,
    tookMs: performance.now() - began - atMs,
    open: rows.map((row) => `${row['host']} ${row['n']} ${row['state']}`).join(', '),
    unsettled: left,
    lost: (await lostSoFar(ask)) - lostBefore,
  }
}

const number = async (ask: Ask, text: string): Promise<number> =>
  Number((await ask(text))[0]?.['n'])
const unsettled = (ask: Ask): Promise<number> =>
  number(ask, `SELECT count(*) AS n FROM tasks WHERE state <> 'settled'`)
const lostSoFar = (ask: Ask): Promise<number> =>
  number(ask, `SELECT count(*) AS n FROM attempts WHERE class = 'lost'`)

async function classes(ask: Ask): Promise<string> {
  const rows = await ask(
    'SELECT class, count(*)::int AS n FROM attempts GROUP BY 1 ORDER BY 2 DESC',
  )
  return rows.map((row) => `${row['n']} ${row['class']}`).join(', ')
}

/** Until nothing is unsettled and nothing runs, or the bound has passed. */
async function finish(ask: Ask, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  const open = () => number(ask, `SELECT count(*) AS n FROM attempts WHERE state <> 'ended'`)
  while (performance.now() < deadline && (await unsettled(ask)) + (await open()) > 0)
    await sleep(500)
  await sleep(2_000) // what was just ended may still be seen
}
