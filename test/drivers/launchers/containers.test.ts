// The launchers `podman` and `docker` against real engines, where they can be had.

import { afterAll, describe } from 'vitest'
import { startEngine } from '../../support/engines.ts'
import { launcherConformance } from './conformance.ts'
import { containerFacts } from './container/real.ts'
import { containerBounds } from './kinds.ts'

const mega = 1_048_576

for (const engine of ['podman', 'docker'] as const) {
  const started = await startEngine(engine)
  const whyNot = typeof started === 'string' ? started : null
  if (whyNot !== null && process.env['CI'] === 'true' && engine === 'podman')
    throw new Error(whyNot)
  afterAll(() => {
    if (typeof started !== 'string') started.stop()
  })

  const bounds = (memoryBytes: number | null = 512 * mega) =>
    containerBounds({ engine, memoryBytes, cpus: 1.5, tasks: 200 })

  describe.skipIf(whyNot !== null)(
    `${engine}${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
    () => {
      launcherConformance(engine, {
        whyNoContainment: null,
        endsWhole: true,
        large: true,
        adds: ['HOME', 'HOSTNAME', 'TERM', 'container', 'MIDWATCH_INSIDE'],
        bounds: bounds(),
        bounding: {
          small: bounds(64 * mega),
          ...(engine === 'podman' && { brief: { ...bounds(), limitMs: -119_000, graceMs: 1_000 } }),
        },
      })
      containerFacts(engine)
    },
  )
}
