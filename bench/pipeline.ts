// The house's own share of a task's way: enqueue to settled with all facts, through a launcher that starts nothing,
// against what SQLite alone makes of claim, renew and settle. Rounds of both are interleaved.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'

import { startDaemonOf } from '../src/daemon.ts'
import { allDone, fill, openScratchFleet } from './support/scratch-fleet.ts'
import { median } from './support/numbers.ts'
import { noopLauncher } from './support/noop-launcher.ts'
import { rawSqliteRate } from './support/raw-sqlite.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { atLeast, type Row } from './support/table.ts'

const floor = 0.6
const slots = 8
const tasks = 1_500
const rounds = 5

async function pipelineRate(dir: string): Promise<number> {
  const opened = await openScratchFleet(dir, { slots })
  const fleet = { ...opened, launcher: async () => noopLauncher }
  const daemon = await startDaemonOf(fleet, {
    log: (line) => progress(line),
    binDir: join(dir, 'bin'),
    socketPath: null,
    listen: null,
    holderAlive: () => false,
    startTicks: null,
  })
  const began = performance.now()
  await fill(fleet, tasks, 'true', slots)
  await allDone(fleet, 60_000)
  const seconds = (performance.now() - began) / 1_000
  await daemon.stop()
  await fleet.close()
  return tasks / seconds
}

export async function measure(): Promise<readonly Row[]> {
  return await withScratch(async (scratch) => {
    const own: number[] = []
    const raw: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const rawRate = rawSqliteRate(mkdtempSync(join(scratch, 'raw-')), tasks)
      const ownRate = await pipelineRate(mkdtempSync(join(scratch, 'fleet-')))
      progress(
        `no-op launcher, round ${round}: ${ownRate.toFixed(0)}/s, raw SQLite ${rawRate.toFixed(0)}/s`,
      )
      if (round === 0) continue // warms up
      own.push(ownRate)
      raw.push(rawRate)
    }
    const ratio = median(own.map((rate, i) => rate / (raw[i] ?? Number.NaN)))
    const what = `no-op session, enqueue → settled, concurrency ${slots}`
    return [
      atLeast(
        what,
        floor,
        ratio,
        `${median(own).toFixed(0)}/s`,
        `raw SQLite ${median(raw).toFixed(0)}/s`,
      ),
    ]
  })
}

if (import.meta.main) await report(measure)
