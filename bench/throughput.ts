// The whole way of a `/bin/true` session: enqueue to settled with all its facts, through the wrapper, each transition
// durable, by the built daemon as a process of its own; against bare detached spawns of `/bin/true` with output to a
// file. Rounds of both are interleaved.

import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build, startDaemon } from './support/binary.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { allDone, fill, openScratchFleet } from './support/scratch-fleet.ts'
import { atLeast, type Row } from './support/table.ts'

const floor = 0.4
const slots = 8
const tasks = 400
const rounds = 5

function bareRate(
  dir: string,
  count: number,
  together: number,
): { perSecond: number; medianMs: number } {
  const script = fileURLToPath(new URL('support/bare-spawn.mjs', import.meta.url))
  return JSON.parse(
    execFileSync(process.execPath, [script, String(count), String(together), dir], {
      encoding: 'utf8',
    }),
  )
}

export async function measure(): Promise<readonly Row[]> {
  build()
  return await withScratch(async (dir) => {
    const fleet = await openScratchFleet(dir, { slots })
    const daemon = await startDaemon(dir, fleet.store)
    const own: number[] = []
    const bare: number[] = []
    try {
      for (let round = 0; round <= rounds; round++) {
        const { perSecond } = bareRate(mkdtempSync(join(dir, 'bare-')), tasks, slots)
        const began = performance.now()
        await fill(fleet, tasks, '/bin/true', slots)
        await allDone(fleet, 60_000)
        const rate = (tasks / (performance.now() - began)) * 1_000
        progress(`session, round ${round}: ${rate.toFixed(0)}/s, bare ${perSecond.toFixed(0)}/s`)
        if (round === 0) continue // warms up
        own.push(rate)
        bare.push(perSecond)
      }
    } finally {
      await daemon.stop()
      await fleet.close()
    }
    const ratio = median(own.map((rate, i) => rate / (bare[i] ?? Number.NaN)))
    const what = `/bin/true session, enqueue → settled, concurrency ${slots}`
    return [
      atLeast(
        what,
        floor,
        ratio,
        `${median(own).toFixed(0)}/s`,
        `bare spawn ${median(bare).toFixed(0)}/s`,
      ),
    ]
  })
}

if (import.meta.main) await report(measure)
