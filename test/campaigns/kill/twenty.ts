// Twenty agents at work while their daemon is killed with SIGKILL every three seconds: each agent is a program of its own
// that starts children, some in sessions of their own. Counted from outside: how many sessions live at once, what runs
// twice, and what is left at the end.

import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { openFleet } from '../../../src/app.ts'
import type { Fleet } from '../../../src/fleet.ts'
import { enqueue } from '../../../src/lifecycle/intake/enqueue.ts'
import { bundles } from './campaign.ts'
import { orphans } from './judge.ts'
import { wantOf } from './workload.ts'

export interface Twenty {
  /** An empty folder. */
  readonly dir: string
  readonly agents: number
  readonly everyMs: number
  readonly forMs: number
  /** So many kills at least, however slow the machine is. */
  readonly leastKills: number
  readonly onKill?: (told: { kills: number; settled: number; living: number }) => void
}

export interface TwentyOutcome {
  readonly kills: number
  readonly tasks: number
  /** Most sessions that lived at once, seen by their marks, and how often that was looked at. */
  readonly mostAtOnce: number
  readonly looks: number
  readonly broken: readonly string[]
}

const finishWithinMs = 90_000

export async function runTwenty(campaign: Twenty): Promise<TwentyOutcome> {
  const { dir, agents, everyMs, forMs, leastKills } = campaign
  const [, midwatch] = await bundles(dir)
  const names = Array.from({ length: agents }, (_, i) => `agent${i}`)
  const each = names.map((name) => `  ${name}:\n    adapter: command\n`).join('')
  writeFileSync(join(dir, 'midwatch.yaml'), `slots: ${agents}\nagents:\n${each}backoff: [50ms]\n`)
  const fleet = await openFleet({ dir, env: process.env })
  const census = takeCensus(fleet)
  let kills = 0
  let tasks = 0
  try {
    const untilMs = performance.now() + forMs
    while (performance.now() < untilMs || kills < leastKills) {
      tasks += await addUntil(fleet, agents, tasks)
      const child = start(dir, midwatch)
      await sleep(everyMs)
      child.kill('SIGKILL')
      await gone(child)
      kills += 1
      const { done, failed } = await fleet.store.counts()
      campaign.onKill?.({ kills, settled: done + failed, living: census.living() })
    }
    const last = start(dir, midwatch)
    const broken = await finish(fleet, tasks)
    last.kill('SIGTERM')
    await gone(last)
    const looked = census.stop()
    if (looked.most > agents) broken.push(`${looked.most} sessions lived at once, cap ${agents}`)
    broken.push(...startedTwice(dir), ...(await left(fleet)))
    return { kills, tasks, mostAtOnce: looked.most, looks: looked.looks, broken }
  } finally {
    census.stop()
    await fleet.close()
  }
}

function start(dir: string, midwatch: string) {
  const log = openSync(join(dir, 'daemons.log'), 'a')
  const args = [midwatch, 'up', '--fleet', dir]
  const child = spawn(process.execPath, args, { cwd: dir, stdio: ['ignore', log, log] })
  closeSync(log)
  return child
}

const gone = (child: ReturnType<typeof start>): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
  })

/** Work of one to six seconds; a third of it has a child in a session of its own, which must not outlive it. */
async function addUntil(fleet: Fleet, backlog: number, before: number): Promise<number> {
  const { ready } = await fleet.store.counts()
  const count = Math.max(0, backlog - ready)
  for (let i = before; i < before + count; i++) {
    const child = i % 3 === 0 ? '(setsid sleep 600 &) ; ' : i % 3 === 1 ? '(sleep 600 &) ; ' : ''
    const run = `echo "start $MIDWATCH_ATTEMPT $MIDWATCH_TASK" >>log; ${child}sleep ${1 + (i % 6)}`
    const deps = { ...fleet, folder: fleet.host.folder }
    await enqueue(deps, { ...wantOf(0, fleet.dir), title: `work ${i}`, run, agent: null })
  }
  fleet.store.poke()
  return count
}

/** Waits until everything is settled; what is not is a broken promise. */
async function finish(fleet: Fleet, tasks: number): Promise<string[]> {
  const deadline = performance.now() + finishWithinMs
  for (;;) {
    const { held, ready, taken, done } = await fleet.store.counts()
    const open = (await fleet.store.unended(null)).length
    if (held + ready + taken + open === 0)
      return done === tasks ? [] : [`${done} of ${tasks} tasks are done`]
    if (performance.now() > deadline)
      return [
        `after ${finishWithinMs} ms ${held + ready + taken} tasks and ${open} attempts are open`,
      ]
    await sleep(250)
  }
}

function startedTwice(dir: string): string[] {
  const starts = new Map<string, number>()
  for (const line of readFileSync(join(dir, 'log'), 'utf8').split('\n').filter(Boolean)) {
    const [, , task = ''] = line.split(' ')
    starts.set(task, (starts.get(task) ?? 0) + 1)
  }
  return [...starts]
    .filter(([, n]) => n !== 1)
    .map(([task, n]) => `the program of task ${task} was started ${n} times`)
}

async function left(fleet: Fleet): Promise<string[]> {
  const deadline = performance.now() + 25_000
  const { fleetId } = fleet.store
  while (orphans(fleetId).length > 0 && performance.now() < deadline) await sleep(50)
  const settled = await fleet.store.facts({ kinds: ['task.settled'], limit: 1_000_000 })
  const times = new Map<number | null, number>()
  for (const { taskId } of settled) times.set(taskId, (times.get(taskId) ?? 0) + 1)
  return [
    ...orphans(fleetId).map((pid) => `process ${pid} carries the mark of a session`),
    ...[...times].filter(([, n]) => n > 1).map(([id, n]) => `task ${id} was settled ${n} times`),
  ]
}

/** Counts from outside, four times a second, of how many attempts something lives. */
function takeCensus(fleet: Fleet) {
  const seen = { most: 0, looks: 0, last: 0 }
  const timer = setInterval(() => {
    seen.last = markedAttempts(fleet.store.fleetId)
    seen.most = Math.max(seen.most, seen.last)
    seen.looks += 1
  }, 250)
  return {
    living: () => seen.last,
    stop() {
      clearInterval(timer)
      return seen
    },
  }
}

function markedAttempts(fleetId: string): number {
  const attempts = new Set<string>()
  const marked = new RegExp(`MIDWATCH_MARK=${fleetId}:(\\d+)`)
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const found = marked.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1]
      if (found !== undefined) attempts.add(found)
    } catch {
      // gone, or not ours
    }
  }
  return attempts.size
}
