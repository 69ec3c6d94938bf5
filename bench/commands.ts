// What `midwatch add`, `list` and `why` take on a database with a million settled tasks and a hundred thousand ready
// ones, as whole processes, against the start of a bare Node. All of them take turns.

import { join } from 'node:path'

import { assert } from '../src/base/assert.ts'
import { tookMs } from './support/command-time.ts'
import { fillSqlite } from './support/big-database.ts'
import { binary, build } from './support/binary.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { withScratch } from './support/scratch.ts'
import { openScratchFleet } from './support/scratch-fleet.ts'
import { atMost, type Row } from './support/table.ts'

const floor = 1.8
const turns = 25
const settled = 1_000_000
const ready = 100_000
/** The last in the line: the one whose place takes longest to tell. */
const lastReady = settled + ready

const calls: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'midwatch add', args: [binary, 'add', 'one more', '--run', 'true'] },
  { name: 'midwatch list', args: [binary, 'list'] },
  { name: 'midwatch why ID', args: [binary, 'why', String(lastReady)] },
]

export async function measure(): Promise<readonly Row[]> {
  build()
  return await withScratch(async (dir) => {
    await (await openScratchFleet(dir, { slots: 8 })).close()
    progress('filling')
    fillSqlite(join(dir, '.midwatch', 'fleet.db'), {
      settled,
      ready,
      others: { tasks: 0, demands: 0 },
      cwd: dir,
    })
    const samples = new Map(calls.map(({ name }) => [name, [] as number[]]))
    for (let turn = -3; turn < turns; turn++)
      for (const { name, args } of calls) {
        const ms = tookMs(args, dir)
        if (turn >= 0) samples.get(name)?.push(ms) // the first ones fill the compile cache
      }
    const [bare, ...own] = calls.map(({ name }) => ({ name, ms: median(samples.get(name) ?? []) }))
    assert(bare !== undefined, 'the bare start was measured')
    return own.map(({ name, ms }) =>
      atMost(
        `${name} at 1 M settled, 100 k ready`,
        floor,
        ms / bare.ms,
        `${ms.toFixed(1)} ms`,
        `${bare.name} ${bare.ms.toFixed(1)} ms`,
      ),
    )
  })
}

if (import.meta.main) await report(measure)
