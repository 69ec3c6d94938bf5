// How long an idle fleet takes from the return of `midwatch add`, in another process, to the start of the task's program;
// minus what a bare spawn of the same program takes. The program writes the time at which it runs, so what starting it
// costs is in both. Bare spawns and tasks take turns.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { binary, build, startDaemon } from './support/binary.ts'
import { median, quantile } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { allDone, openScratchFleet } from './support/scratch-fleet.ts'
import { type Row, told, within } from './support/table.ts'

const floorMs = 10
const rounds = 25
const restMs = 150

/** Wall time with the fractions that `Date.now` lacks. */
const wallMs = (): number => performance.timeOrigin + performance.now()

/** Runs to the end; answers when the end was seen, as wall time. */
function endOf(program: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve(wallMs())
      else reject(new Error(`${program} ${args.join(' ')} exited with ${code}`))
    })
  })
}

const clockInto = (file: string): string => `date +%s%N >${file}`
const timeIn = (path: string): number => Number(readFileSync(path, 'utf8')) / 1e6

export async function measure(): Promise<readonly Row[]> {
  build()
  return await withScratch(async (dir) => {
    const fleet = await openScratchFleet(dir, { slots: 8 })
    const daemon = await startDaemon(dir, fleet.store)
    const bare: number[] = []
    const fromReturn: number[] = []
    const fromCommit: number[] = []
    try {
      for (let round = 0; round <= rounds; round++) {
        const began = wallMs()
        await endOf('/bin/sh', ['-c', clockInto('bare')], dir)
        await sleep(restMs)
        const file = `started-${round}`
        const returned = await endOf(
          process.execPath,
          [binary, 'add', `latency ${round}`, '--run', clockInto(file)],
          dir,
        )
        await allDone(fleet, 20_000)
        await sleep(restMs)
        if (round === 0) continue // warms up
        const [task] = (await fleet.store.tasks({ limit: 1 })).tasks
        bare.push(timeIn(join(dir, 'bare')) - began)
        fromReturn.push(timeIn(join(dir, file)) - returned)
        fromCommit.push(timeIn(join(dir, file)) - (task?.createdAt ?? Number.NaN))
      }
    } finally {
      await daemon.stop()
      await fleet.close()
    }
    const spawnMs = median(bare)
    const aboveMs = fromReturn.map((ms) => ms - spawnMs)
    progress(`latency from return: ${fromReturn.map((ms) => ms.toFixed(1)).join(' ')}`)
    return [
      within(
        'idle: return of `midwatch add` → start, above bare spawn',
        floorMs,
        median(aboveMs),
        'ms',
        `bare spawn ${spawnMs.toFixed(1)} ms`,
      ),
      told('  its 90th percentile', `${quantile(aboveMs, 0.9).toFixed(1)} ms`),
      told(
        '  from the time the task was made, above bare spawn',
        `${(median(fromCommit) - spawnMs).toFixed(1)} ms`,
      ),
    ]
  })
}

if (import.meta.main) await report(measure)
