// What fifty running sessions cost the daemon: its memory, and the longest time for which its loop stood still while
// they started and while they ran. An idle process that watches its own loop beside it tells how much of that is the
// machine's doing.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { assert, present } from '../src/base/assert.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import { build, midwatch, startDaemon } from './support/binary.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { fill, openScratchFleet } from './support/scratch-fleet.ts'
import { type Row, told, within } from './support/table.ts'

const sessions = 50
const floorMb = 120
const floorMs = 20
const rounds = 3
const steadyMs = 8_000
const monitor = fileURLToPath(new URL('support/loop-delay.mjs', import.meta.url))

interface Seen {
  readonly maxMs: number
  readonly p99Ms: number
}

/** Asks a watched process what its loop saw since it was asked last. */
async function delaysOf(child: Pick<ChildProcess, 'kill'>, file: string): Promise<Seen> {
  rmSync(file, { force: true })
  child.kill('SIGUSR2')
  const deadline = performance.now() + 5_000
  while (!existsSync(file)) {
    assert(performance.now() < deadline, 'a watched process answers')
    await sleep(10)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Seen
}

/** Resident memory of a process, in MB. */
function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return (
    Number(present(/^VmRSS:\s+(\d+)/m.exec(status)?.[1], 'a living process has a resident size')) /
    1_000
  )
}

async function allConfirmed(store: Store): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const open = await store.unended(null)
    if (open.length === sessions && open.every((attempt) => attempt.state === 'confirmed')) return
    assert(performance.now() < deadline, `${sessions} sessions are confirmed in time`)
    await sleep(20)
  }
}

interface Footprint {
  readonly startMs: number
  readonly steadyMs: number
  readonly idleMs: number
  readonly mb: number
}

async function oneRound(dir: string): Promise<Footprint> {
  const fleet = await openScratchFleet(dir, { slots: sessions })
  const own = join(dir, 'delays')
  const beside = join(dir, 'idle-delays')
  const env = (file: string) => ({ ...process.env, MIDWATCH_BENCH_DELAYS: file })
  const idle = spawn(process.execPath, ['--import', monitor, '-e', 'setInterval(() => {}, 1e6)'], {
    stdio: 'ignore',
    env: env(beside),
  })
  const daemon = await startDaemon(dir, fleet.store, ['--import', monitor], env(own))
  try {
    await delaysOf(daemon.child, own) // what came before the first session is not asked for
    await delaysOf(idle, beside)
    await fill(fleet, sessions, 'sleep 600', 8)
    await allConfirmed(fleet.store)
    const start = await delaysOf(daemon.child, own)
    await sleep(steadyMs)
    const steady = await delaysOf(daemon.child, own)
    const machine = await delaysOf(idle, beside)
    return {
      startMs: start.maxMs,
      steadyMs: steady.maxMs,
      idleMs: machine.maxMs,
      mb: residentMb(daemon.pid),
    }
  } finally {
    midwatch(dir, ['stop', '--all', '--now'])
    await daemon.stop()
    idle.kill()
    await fleet.close()
  }
}

export async function measure(): Promise<readonly Row[]> {
  build()
  const seen: Footprint[] = []
  for (let round = 0; round < rounds; round++) {
    const one = await withScratch(oneRound)
    const { startMs, steadyMs, idleMs, mb } = one
    progress(
      `footprint: start ${startMs.toFixed(1)} ms, steady ${steadyMs.toFixed(1)} ms, idle process ${idleMs.toFixed(1)} ms, ${mb.toFixed(0)} MB`,
    )
    seen.push(one)
  }
  const of = (pick: (one: Footprint) => number): number => median(seen.map(pick))
  const machine = `idle process ${of((one) => one.idleMs).toFixed(1)} ms`
  return [
    within(
      `daemon's memory with ${sessions} sessions`,
      floorMb,
      of((one) => one.mb),
      'MB',
    ),
    within(
      `longest stand of its loop while ${sessions} sessions start`,
      floorMs,
      of((one) => one.startMs),
      'ms',
      machine,
    ),
    within(
      'longest stand of its loop while they run',
      floorMs,
      of((one) => one.steadyMs),
      'ms',
      machine,
    ),
    told(`  (medians of ${rounds} rounds; each value is the longest of its round)`, ''),
  ]
}

if (import.meta.main) await report(measure)
