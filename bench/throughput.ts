// The whole way of a `/bin/true` session: enqueue to settled with all its facts, through the wrapper, each transition
// durable, by the built daemon as a process of its own; against bare detached spawns of `/bin/true` with output to a
// file. Once as an agent whose program it is, once as a shell command. Rounds of all three are interleaved.

import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Fleet } from '../src/fleet.ts'
import type { Want } from '../src/lifecycle/intake/enqueue.ts'
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
const agent = `  direct:\n    adapter: command\n    program: /bin/true\n    args: []\n    slots: ${slots}\n`

interface Way {
  readonly what: string
  readonly run: string
  readonly more: Partial<Want>
}

const ways: readonly Way[] = [
  {
    what: 'session of an agent that is /bin/true',
    run: '',
    more: { agent: 'direct', run: null, prompt: 'be true' },
  },
  { what: 'session of --run /bin/true', run: '/bin/true', more: {} },
]

function bareRate(dir: string): number {
  const script = fileURLToPath(new URL('support/bare-spawn.mjs', import.meta.url))
  const args = [script, String(tasks), String(slots), mkdtempSync(join(dir, 'bare-'))]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })).perSecond
}

/** Enqueue to settled, tasks per second. */
async function rateOf(fleet: Fleet, { run, more }: Way): Promise<number> {
  const began = performance.now()
  await fill(fleet, tasks, run, slots, more)
  await allDone(fleet, 120_000)
  return (tasks / (performance.now() - began)) * 1_000
}

export async function measure(): Promise<readonly Row[]> {
  build()
  return await withScratch(async (dir) => {
    const fleet = await openScratchFleet(dir, { slots, yaml: agent })
    const daemon = await startDaemon(dir, fleet.store)
    const bare: number[] = []
    const own = ways.map(() => [] as number[])
    try {
      for (let round = -1; round < rounds; round++) {
        const rates = [bareRate(dir)]
        for (const way of ways) rates.push(await rateOf(fleet, way))
        progress(`round ${round}: ${rates.map((rate) => `${rate.toFixed(0)}/s`).join(', ')}`)
        if (round < 0) continue // warms up
        bare.push(rates[0] ?? Number.NaN)
        own.forEach((samples, i) => void samples.push(rates[i + 1] ?? Number.NaN))
      }
    } finally {
      await daemon.stop()
      await fleet.close()
    }
    return ways.map(({ what }, i) => rowOf(what, own[i] ?? [], bare))
  })
}

function rowOf(what: string, own: readonly number[], bare: readonly number[]): Row {
  const ratio = median(own.map((rate, i) => rate / (bare[i] ?? Number.NaN)))
  const against = `bare spawn ${median(bare).toFixed(0)}/s`
  const name = `${what}, enqueue → settled, concurrency ${slots}`
  return atLeast(name, floor, ratio, `${median(own).toFixed(0)}/s`, against)
}

if (import.meta.main) await report(measure)
