// Brings planned faults upon the world, each at its time, and takes them away again.

import { present } from '../../src/base/assert.ts'
import { faultKinds } from './all.ts'
import type { Fault, Stage } from './contract.ts'

const kinds = new Map(faultKinds.map((kind) => [kind.name, kind]))

/** Arms every fault. */
export function inflictAll(stage: Stage, faults: readonly Fault[]): void {
  for (const fault of faults) stage.world.time.at(fault.atMs, () => inflict(stage, fault))
}

function inflict(stage: Stage, fault: Fault): void {
  const { world } = stage
  const kind = present(kinds.get(fault.name), 'a planned fault is of a known kind')
  world.truth.count(`fault ${fault.name}`)
  const machine =
    fault.host === null
      ? null
      : present(world.machines[fault.host], 'a fault hits a machine that is there')
  const heal = kind.inflict(stage, fault, machine)
  if (heal !== null) world.time.after(fault.forMs, heal)
}
