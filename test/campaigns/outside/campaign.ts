// A campaign on the processes around the dispatcher: `midwatch up` works, and its two children are killed with SIGKILL, or made
// to stand still, one after the other at random times. The supervisor itself is never touched. In the end every task was
// done once, and every program ran once.

import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

import { openFleet } from '../../../src/app.ts'
import { lives, readStat } from '../../../src/drivers/processes/process.ts'
import { enqueue } from '../../../src/lifecycle/intake/enqueue.ts'
import { plainWant } from '../../support/plain-want.ts'

export interface OutsideCampaign {
  /** An empty folder. */
  readonly dir: string
  /** The built `midwatch`. */
  readonly midwatch: string
  readonly kills: number
  readonly tasks: number
  /** Every so manyth is stopped instead of killed; 0 for none. */
  readonly stopEvery: number
}

export interface OutsideOutcome {
  readonly killed: Readonly<Record<'daemon' | 'sentinel', number>>
  readonly stopped: number
  readonly broken: readonly string[]
  readonly tookMs: number
}

const patienceMs = 3_000
const finishMs = 60_000
const pause = 700

export async function runOutside(campaign: OutsideCampaign): Promise<OutsideOutcome> {
  const { dir, midwatch, kills, tasks, stopEvery } = campaign
  const began = performance.now()
  const path = join(dir, '.midwatch', 'fleet.db')
  writeFileSync(
    join(dir, 'midwatch.yaml'),
    `slots: 4\nbackoff: [100ms]\nhttp: {listen: "off"}\nsentinel: {patience: ${patienceMs}ms, restartBackoff: [0s, 50ms]}\nagents:\n  shell: {adapter: command, slots: 4}\n`,
  )
  await addAll(dir, tasks)
  const log = openSync(join(dir, 'up.log'), 'a')
  const up = spawn(process.execPath, [midwatch, 'up'], { cwd: dir, stdio: ['ignore', log, log] })
  closeSync(log)
  const killed = { daemon: 0, sentinel: 0 }
  let stopped = 0
  try {
    for (let number = 1; number <= kills; number++) {
      await sleep(Math.random() * pause)
      const role = Math.random() < 0.7 ? 'daemon' : 'sentinel'
      const pid = await childOf(path, role)
      const stands = stopEvery > 0 && number % stopEvery === 0
      process.kill(pid, stands ? 'SIGSTOP' : 'SIGKILL')
      await goneWithin(pid, patienceMs * 10)
      killed[role] += 1
      if (stands) stopped += 1
    }
    const deadline = performance.now() + finishMs
    while (unsettled(path) > 0 && performance.now() < deadline) await sleep(100)
  } finally {
    up.kill('SIGTERM')
    await new Promise((resolve) => up.once('exit', resolve))
  }
  return { killed, stopped, broken: brokenIn(dir, path, tasks), tookMs: performance.now() - began }
}

/** The tasks, from this process: a command for each would cost more than the campaign. */
async function addAll(dir: string, tasks: number): Promise<void> {
  const fleet = await openFleet({ dir, env: process.env })
  const deps = { ...fleet, folder: fleet.host.folder }
  const more = { cwd: dir, by: 'campaign' }
  for (let i = 0; i < tasks; i++) {
    const run = `echo ${i} >>log; sleep ${1 + (i % 3)}`
    await enqueue(deps, { ...plainWant, title: `t${i}`, run, ...more })
  }
  await fleet.close()
}

/** The pid of the living child of that role, as the supervisor tells it. */
async function childOf(path: string, role: string): Promise<number> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const rows = asked(
      path,
      `SELECT body_json FROM facts WHERE kind = 'process.started' ORDER BY id DESC LIMIT 20`,
    ).map((row) => JSON.parse(String(row['body_json'])) as { role: string; pid: number })
    const newest = rows.find((one) => one.role === role)
    const stat = newest === undefined ? null : readStat(newest.pid)
    if (newest !== undefined && stat !== null && lives(newest.pid, stat.startTicks))
      return newest.pid
    if (performance.now() > deadline) throw new Error(`no ${role} came back within 30 s`)
    await sleep(50)
  }
}

async function goneWithin(pid: number, ms: number): Promise<void> {
  const startTicks = readStat(pid)?.startTicks
  const deadline = performance.now() + ms
  while (startTicks !== undefined && lives(pid, startTicks)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} stands still for ${ms} ms`)
    await sleep(20)
  }
}

function asked(path: string, sql: string): Record<string, unknown>[] {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 2_000 })
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  } catch {
    return [] // it is just being made
  }
}

const unsettled = (path: string): number =>
  Number(asked(path, `SELECT count(*) AS n FROM tasks WHERE state <> 'settled'`)[0]?.['n'] ?? 1)

function brokenIn(dir: string, path: string, tasks: number): string[] {
  const done = asked(path, `SELECT count(*) AS n FROM tasks WHERE outcome = 'done'`)[0]?.['n']
  const lines = readFileSync(join(dir, 'log'), 'utf8').trim().split('\n')
  const twice = lines.filter((line, i) => lines.indexOf(line) !== i)
  return [
    ...(done === tasks ? [] : [`${done} of ${tasks} tasks are done`]),
    ...(new Set(lines).size === tasks ? [] : [`${new Set(lines).size} of ${tasks} programs ran`]),
    ...(twice.length === 0 ? [] : [`ran twice: ${twice.join(', ')}`]),
  ]
}
