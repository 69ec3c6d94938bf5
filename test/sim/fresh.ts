// Fresh worlds: random fleets from seeds that nobody has played before this change, as many as were asked for, or as the time
// allows on a machine that is slow. Two files play fifty each, so that both cores do.

import { expect, test } from 'vitest'

import { planOf } from '../../sim/plan.ts'
import { runPlan } from '../../sim/run.ts'
import { atAGlance, swarmOptions } from '../../sim/swarm.ts'
import { chanceName } from '../support/chance.ts'
import { broken } from './broken.ts'

const wanted = 50
const withinMs = 75_000

/** Plays them; `half` keeps the seeds of two files apart. */
export function playFresh(half: string): void {
  test(`no law is broken in fifty fresh worlds of random fleets, or as many as ${withinMs / 1_000} s allow`, async () => {
    const first = Date.now()
    let runs = 0
    for (; runs < wanted && Date.now() - first < withinMs; runs++) {
      const seed = `fresh-${chanceName}-${half}-${runs}`
      const report = await runPlan(planOf(atAGlance(swarmOptions(seed))))
      expect(broken(report), `npm run sim -- --swarm 1 --seed ${seed} --glance`).toEqual([])
      await report.store.close()
    }
    expect(runs).toBeGreaterThan(2)
  }, 150_000)
}
