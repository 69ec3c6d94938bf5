// What is done to the hosts of a campaign while they work. Each fault lasts until what it broke is whole again, and names
// whom it hit; what comes of it is judged in the end.

import { setTimeout as sleep } from 'node:timers/promises'

import { lives, readStat } from '../../../src/drivers/processes/process.ts'
import type { OwnPostgres } from '../../support/own-postgres.ts'
import type { CampaignHost } from './host.ts'
import type { Ask } from './judge.ts'
import type { Network } from './network.ts'

export interface Scene {
  readonly postgres: OwnPostgres
  readonly network: Network
  readonly hosts: readonly CampaignHost[]
  readonly ask: Ask
  /** After which a host that is cut off is called lost. */
  readonly lossMs: number
  readonly outageMs: number
}

export interface Fault {
  readonly name: string
  readonly play: (scene: Scene) => Promise<void>
}

const at = ({ hosts }: Scene, number: number): CampaignHost => {
  const host = hosts[number - 1]
  if (host === undefined) throw new Error(`there is no host ${number}`)
  return host
}

/** Kills the dispatcher of a host; its supervisor is left to notice. */
export async function killDaemon(ask: Ask, host: string): Promise<void> {
  const rows = await ask(`SELECT pid, start_ticks FROM hosts WHERE name = '${host}'`)
  const pid = Number(rows[0]?.['pid'] ?? 0)
  if (pid > 0 && lives(pid, String(rows[0]?.['start_ticks']))) process.kill(pid, 'SIGKILL')
  for (let i = 0; i < 250 && pid > 0 && readStat(pid) !== null; i++) await sleep(20)
}

const cutOff = (host: number): Fault => ({
  name: `h${host} is cut off`,
  async play(scene) {
    scene.network.cut(host)
    await sleep(scene.lossMs + 10_000)
    scene.network.mend(host)
  },
})

const killed = (host: number): Fault => ({
  name: `h${host}: daemon killed`,
  play: (scene) => killDaemon(scene.ask, `h${host}`),
})

const supervisorKilled = (host: number): Fault => ({
  name: `h${host}: everything killed`,
  async play(scene) {
    await at(scene, host).kill()
    await killDaemon(scene.ask, `h${host}`)
    await sleep(2_000)
    at(scene, host).start()
  },
})

const skewed = (host: number, byS: number): Fault => ({
  name: `h${host}: clock ${byS < 0 ? '−' : '+'}${Math.abs(byS) / 60} min`,
  async play(scene) {
    at(scene, host).moveClock(byS)
    await sleep(3_000)
  },
})

const databaseStops: Fault = {
  name: 'PostgreSQL stopped, a daemon killed',
  async play(scene) {
    const rows = await scene.ask(`SELECT pid FROM hosts WHERE name = 'h1'`)
    await scene.postgres.stop('fast')
    await sleep(scene.outageMs / 2)
    const pid = Number(rows[0]?.['pid'] ?? 0)
    if (pid > 0 && readStat(pid) !== null) process.kill(pid, 'SIGKILL')
    await sleep(scene.outageMs / 2)
    await scene.postgres.start()
  },
}

const databaseDies: Fault = {
  name: 'PostgreSQL killed with -9',
  async play(scene) {
    await scene.postgres.stop('kill')
    await sleep(2_000)
    await scene.postgres.start()
  },
}

/** In their order; each may be played again while there is work. */
export const faults: readonly Fault[] = [
  killed(1),
  skewed(3, 600),
  cutOff(2),
  databaseDies,
  databaseStops,
  skewed(3, -600),
  supervisorKilled(2),
  databaseDies,
  cutOff(3),
  killed(3),
]
