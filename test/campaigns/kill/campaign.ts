// A campaign: tasks come in, daemons work and are killed with SIGKILL, one after the other, each at a moment of its own;
// a last one works to the end undisturbed. Every fourth kill falls at a random time on the very program that users run,
// the others where an attempt is between two states, which chance alone would rarely hit.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, cpSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

import { openFleet } from '../../../src/app.ts'
import { assert } from '../../../src/base/assert.ts'
import { lives } from '../../../src/drivers/processes/process.ts'
import type { Fleet } from '../../../src/fleet.ts'
import { enqueue } from '../../../src/lifecycle/intake/enqueue.ts'
import { type Caught, caughtAt } from './deaths.ts'
import { brokenPromises, orphans } from './judge.ts'
import type { Moment } from './watched-store.ts'
import { wantOf } from './workload.ts'

export interface Campaign {
  /** An empty folder. */
  readonly dir: string
  readonly tasks: number
  readonly kills: number
  readonly onKill?: (kill: Kill) => void
}

export interface Kill {
  readonly number: number
  /** What the killer waited for. */
  readonly aim: Moment | 'any time'
  /** Whether that came to pass before its patience ended. */
  readonly hit: boolean
  readonly livedMs: number
  readonly caught: Caught
}

export interface Outcome {
  readonly kills: readonly Kill[]
  readonly broken: readonly string[]
  readonly attempts: number
  readonly tookMs: number
}

const slots = 8
/** For how long a moment is waited for once its daemon is up, and for how long that is. */
const patienceMs = 2_000
const upWithinMs = 20_000
const finishWithinMs = 60_000
/** A start of two processes takes some 300 ms; what falls before its end is part of any time. */
const anyTimeMs = 800
/** How many tasks wait at least, so that no daemon runs out of work. */
const backlog = 24

/** Moments at which an attempt is between two states, and what is in the database then. */
const aims: readonly Moment[] = [
  'after claim', // claimed
  'before launched', // claimed, and its program may run
  'after launched', // launched
  'before confirm', // launched, and its program may be over
  'after confirm', // confirmed
  'before end', // confirmed, and its session is over
  'after end', // ended, its task unsettled
  'before settle', // the same
  'before giveBack', // the same, and the task will come back
]

/** Runs a campaign to its end and judges it. */
export async function runCampaign(campaign: Campaign): Promise<Outcome> {
  const { dir, tasks, kills } = campaign
  const began = performance.now()
  const [runner, midwatch] = await bundles(dir)
  writeFileSync(
    join(dir, 'midwatch.yaml'),
    `slots: ${slots}\nagents:\n  shell:\n    adapter: command\n    slots: ${slots}\nbackoff: [50ms, 100ms]\n`,
  )
  const fleet = await openFleet({ dir, env: process.env })
  const accepted: number[] = []
  const killed: Kill[] = []
  try {
    for (let number = 1; number <= kills; number++) {
      await addUpTo(fleet, accepted, Math.min(tasks, backlog + Math.ceil((tasks * number) / kills)))
      const kill = await killOne(number, dir, runner, midwatch)
      killed.push(kill)
      campaign.onKill?.(kill)
    }
    await addUpTo(fleet, accepted, tasks)
    await finish(dir, runner, midwatch)
    await processesGone(fleet.store.fleetId)
    const broken = brokenPromises({ dir, slots, accepted, fleetId: fleet.store.fleetId })
    const attempts = (await fleet.store.facts({ kinds: ['attempt.claimed'], limit: 100_000 }))
      .length
    return { kills: killed, broken, attempts, tookMs: performance.now() - began }
  } finally {
    await fleet.close()
  }
}

/**
 * The daemon to be killed, and the program that users run, bundled so that a start is quick, and laid out as a package
 * is: the program finds itself again, for its sessions to call.
 */
export async function bundles(dir: string): Promise<[string, string]> {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const entryPoints = { runner: `${root}test/campaigns/kill/runner.ts`, main: `${root}src/main.ts` }
  // What is bundled as CommonJS asks for a `require`, which a module does not have.
  const banner = {
    js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(root)});`,
  }
  const external = ['pg-native', 'cloudflare:sockets']
  const outdir = join(dir, 'program', 'dist')
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner,
    external,
    logLevel: 'error',
  })
  const midwatch = join(dir, 'program', 'bin', 'midwatch.mjs')
  cpSync(join(root, 'bin', 'midwatch.mjs'), midwatch)
  writeFileSync(join(dir, 'program', 'package.json'), '{"type":"module"}')
  return [join(outdir, 'runner.js'), midwatch]
}

async function addUpTo(fleet: Fleet, accepted: number[], count: number): Promise<void> {
  const deps = { ...fleet, folder: fleet.host.folder }
  while (accepted.length < count) {
    const { task } = await enqueue(deps, wantOf(accepted.length, fleet.dir))
    accepted.push(task.id)
  }
  fleet.store.poke()
}

async function killOne(
  number: number,
  dir: string,
  runner: string,
  midwatch: string,
): Promise<Kill> {
  const aimed = number % 4 !== 0
  const aim = aimed
    ? (aims[Math.floor((number * 3) / 4) % aims.length] ?? 'after claim')
    : 'any time'
  const nth = String(1 + Math.floor(Math.random() * 3))
  const args = aimed ? [runner, dir, midwatch, aim, nth] : [midwatch, 'up', '--fleet', dir]
  const began = performance.now()
  const child = start(dir, args)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const hit = aimed ? await told(child) : await sleep(Math.random() * anyTimeMs, true)
  await sleep(Math.random() * 2)
  child.kill('SIGKILL')
  await gone
  await dispatcherGone(join(dir, '.midwatch', 'fleet.db'))
  assert(
    child.signalCode === 'SIGKILL',
    `daemon ${number} lives until it is killed; see ${dir}/daemons.log`,
  )
  return {
    number,
    aim,
    hit,
    livedMs: performance.now() - began,
    caught: caughtAt(join(dir, '.midwatch', 'fleet.db')),
  }
}

/** The dispatcher of a killed supervisor ends by itself, a moment later. */
async function dispatcherGone(path: string): Promise<void> {
  const deadline = performance.now() + 5_000
  while (performance.now() < deadline && dispatcherLives(path)) await sleep(5)
}

function dispatcherLives(path: string): boolean {
  if (!existsSync(path)) return false
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const row = db.prepare('SELECT pid, start_ticks FROM hosts WHERE running = 1').get()
    return row !== undefined && lives(Number(row['pid']), String(row['start_ticks']))
  } finally {
    db.close()
  }
}

function start(dir: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(dir, 'daemons.log'), 'a')
  const child = spawn(process.execPath, args, { cwd: dir, stdio: ['ignore', log, log, 'pipe'] })
  closeSync(log)
  return child
}

/** Whether the daemon reached its moment before our patience ended. */
async function told(child: ChildProcess): Promise<boolean> {
  const words = child.stdio[3]
  let said = ''
  return await new Promise<boolean>((resolve) => {
    let patience = setTimeout(() => resolve(false), upWithinMs)
    const answer = (hit: boolean) => {
      clearTimeout(patience)
      resolve(hit)
    }
    words?.on('data', (word) => {
      said += String(word)
      if (said.includes('here')) return answer(true)
      clearTimeout(patience)
      patience = setTimeout(() => resolve(false), patienceMs)
    })
    words?.once('close', () => answer(false))
  })
}

/** The last daemon works until nothing moves by itself. */
async function finish(dir: string, runner: string, midwatch: string): Promise<void> {
  const child = start(dir, [runner, dir, midwatch, 'idle', '0'])
  const patience = setTimeout(() => child.kill('SIGKILL'), finishWithinMs)
  await new Promise<void>((resolve) => child.once('exit', () => resolve()))
  clearTimeout(patience)
  assert(
    child.exitCode === 0,
    `the last daemon comes to its end within ${finishWithinMs} ms; see ${dir}/daemons.log`,
  )
}

/** What was just ended may still be seen for a moment. */
async function processesGone(fleetId: string): Promise<void> {
  const deadline = performance.now() + 3_000
  while (orphans(fleetId).length > 0 && performance.now() < deadline) await sleep(50)
}
