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
import { indexOf, type KindName, wantOf } from './workload.ts'

export interface Campaign {
  /** An empty folder. */
  readonly dir: string
  /** Besides those that belong to a moment. */
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
/** For how long a moment is waited for: it comes by itself, by tasks of its own, as soon as the machine brings it. */
const patienceMs = 30_000
const finishWithinMs = 60_000
/** A start of two processes takes some 300 ms; what falls before its end is part of any time. */
const anyTimeMs = 800
/** How many tasks wait at least, so that no daemon runs out of work. */
const backlog = 24

/** So many attempts come to a moment by themselves, and the kill falls at one of them. */
const chances = 3

interface Aim {
  readonly moment: Moment
  /** Tasks of this kind come to that moment at their first attempt. */
  readonly by: KindName
}

/** Moments at which an attempt is between two states, and what is in the database then. */
const aims: readonly Aim[] = [
  { moment: 'after claim', by: 'true' }, // claimed
  { moment: 'before launched', by: 'true' }, // claimed, and its program may run
  { moment: 'after launched', by: 'true' }, // launched
  { moment: 'before confirm', by: 'true' }, // launched, and its program may be over
  { moment: 'after confirm', by: 'true' }, // confirmed
  { moment: 'before end', by: 'failing once' }, // confirmed, and its session is over
  { moment: 'after end', by: 'failing once' }, // ended, its task unsettled
  { moment: 'before settle', by: 'failing at its only attempt' }, // the same
  { moment: 'before giveBack', by: 'failing once' }, // the same, and the task will come back
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
  const accepted = new Map<number, number>()
  const killed: Kill[] = []
  try {
    for (let number = 1; number <= kills; number++) {
      await addUpTo(fleet, accepted, Math.min(tasks, backlog + Math.ceil((tasks * number) / kills)))
      const aim = aimOf(number)
      if (aim !== null) await addOwn(fleet, accepted, aim, Math.max(tasks, ...accepted.keys()) + 1)
      const kill = await killOne(number, aim?.moment ?? null, dir, runner, midwatch)
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

/** Every fourth kill has none: it falls at any time. */
const aimOf = (number: number): Aim | null =>
  number % 4 === 0 ? null : (aims[Math.floor((number * 3) / 4) % aims.length] ?? null)

/** The tasks up to this number, in their order. */
async function addUpTo(fleet: Fleet, accepted: Map<number, number>, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    if (!accepted.has(index)) await add(fleet, accepted, index, 0)
  fleet.store.poke()
}

/** Tasks that bring the wished moment about, before all others. */
async function addOwn(
  fleet: Fleet,
  accepted: Map<number, number>,
  { by }: Aim,
  from: number,
): Promise<void> {
  for (let n = 0, index = from; n < chances; n++, index++) {
    index = indexOf(by, index)
    await add(fleet, accepted, index, 100)
  }
}

async function add(
  fleet: Fleet,
  accepted: Map<number, number>,
  index: number,
  priority: number,
): Promise<void> {
  const deps = { ...fleet, folder: fleet.host.folder }
  const { task } = await enqueue(deps, { ...wantOf(index, fleet.dir), priority })
  accepted.set(index, task.id)
}

async function killOne(
  number: number,
  aim: Moment | null,
  dir: string,
  runner: string,
  midwatch: string,
): Promise<Kill> {
  // A claim takes all three at once.
  const nth = aim === 'after claim' ? 1 : 1 + Math.floor(Math.random() * chances)
  const args =
    aim === null ? [midwatch, 'up', '--fleet', dir] : [runner, dir, midwatch, aim, `${nth}`]
  const began = performance.now()
  const child = start(dir, args)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const hit = aim === null ? await sleep(Math.random() * anyTimeMs, true) : await told(child)
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
    aim: aim ?? 'any time',
    hit,
    livedMs: performance.now() - began,
    caught: caughtAt(join(dir, '.midwatch', 'fleet.db')),
  }
}

/** The dispatcher of a killed supervisor ends by itself, a moment later. */
async function dispatcherGone(path: string): Promise<void> {
  const deadline = performance.now() + 25_000
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
  return await new Promise<boolean>((resolve) => {
    const patience = setTimeout(() => resolve(false), patienceMs)
    const answer = (hit: boolean) => {
      clearTimeout(patience)
      resolve(hit)
    }
    words?.once('data', () => answer(true))
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
  const deadline = performance.now() + 25_000
  while (orphans(fleetId).length > 0 && performance.now() < deadline) await sleep(50)
}
