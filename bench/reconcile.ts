// What a pass of the reconciler costs when there is much and nothing to do: a million settled tasks and a hundred thousand
// waiting ones, on both drivers. Every pass looks at its slice of the waiting ones by every law.

import { performance } from 'node:perf_hooks'

import { systemClock } from '../src/base/clock.ts'
import { assert } from '../src/base/assert.ts'
import { createFutileDetector } from '../src/loops/reconcile/futile.ts'
import { firstPlace, nextPass } from '../src/loops/reconcile/loop.ts'
import { defaultLimits } from '../src/model/limits.ts'
import type { Size } from './support/big-database.ts'
import { type Databases, onBothDrivers } from './support/databases.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { atMost, type Row } from './support/table.ts'

const floorMs = 20
const turns = 300
const big: Size = {
  settled: 1_000_000,
  ready: 100_000,
  others: { tasks: 0, demands: 0 },
  cwd: '/tmp',
}

async function measureDriver(databases: Databases): Promise<Row[]> {
  progress(`${databases.driver}: filling`)
  const store = await databases.open(big)
  try {
    progress(`${databases.driver}: measuring`)
    const deps = {
      store,
      clock: systemClock,
      host: 'bench',
      limits: () => defaultLimits,
      onError: (_where: string, error: unknown) => {
        throw error
      },
    }
    const detector = createFutileDetector()
    const place = firstPlace(systemClock)
    const passes: number[] = []
    for (let turn = -20; turn < turns; turn++) {
      const began = performance.now()
      const { findings, broken, failed } = await nextPass(deps, detector, place)
      const tookMs = performance.now() - began
      assert(findings.length + broken.length + failed.length === 0, 'there is nothing to do')
      if (turn >= 0) passes.push(tookMs)
    }
    const [typical, worst] = [median(passes), Math.max(...passes)]
    return [
      atMost(
        `${databases.driver}: a pass at 1 M settled, 100 k waiting, ms`,
        floorMs,
        typical,
        `${typical.toFixed(2)} ms`,
        `the slowest of ${turns} ${worst.toFixed(2)} ms`,
      ),
    ]
  } finally {
    await store.close()
    await databases.stop()
  }
}

export const measure = (): Promise<readonly Row[]> =>
  onBothDrivers('a pass of the reconciler', measureDriver)

if (import.meta.main) await report(measure)
