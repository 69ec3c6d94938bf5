// What the dispatch loop does for its gates: folds what happened, probes what is due, and tries the free self-tests of
// lanes that are out of order. Level-triggered; two hosts may do it at once.

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { fold, newFoldCursor } from '../../lifecycle/gate/fold.ts'
import { type Gate, houseName } from '../../model/gate.ts'

export interface GatesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly selfTest?: (lane: string) => Promise<'passed' | 'failed' | 'none'>
}

export interface Gatekeeper {
  /** Brings every lane up to the newest fact. Resolves when what was there at the call is folded. */
  fold(): Promise<void>
  /** Probes what is due. */
  probe(): Promise<void>
}

/** How often the free self-test of a lane that stays out of order is tried. */
const selfTestEveryMs = 60_000

export function createGatekeeper(deps: GatesDeps): Gatekeeper {
  const { store, clock } = deps
  const cursor = newFoldCursor()
  const testedAtMs = new Map<string, number>()
  let folding: Promise<void> = Promise.resolve()

  /** One after the other, so that this host never races itself. */
  function foldInTurn(): Promise<void> {
    const turn = folding.catch(() => {}).then(async () => void (await fold(deps, cursor)))
    folding = turn
    return turn
  }

  async function probe(): Promise<void> {
    await store.probeDue({ now: clock.now() })
    if (deps.selfTest !== undefined) await testAll(deps.selfTest)
  }

  async function testAll(selfTest: NonNullable<GatesDeps['selfTest']>): Promise<void> {
    for (const gate of (await store.gates()).filter(mayBeTested)) {
      const last = testedAtMs.get(gate.lane)
      if (last !== undefined && clock.monotonicMs() - last < selfTestEveryMs) continue
      testedAtMs.set(gate.lane, clock.monotonicMs())
      const said = await selfTest(gate.lane)
      if (said === 'none') continue
      const body = {
        kind: 'gate.tested' as const,
        lane: gate.lane,
        passed: said === 'passed',
        by: 'self-test',
      }
      await store.recordFacts({ bodies: [body], now: clock.now() })
    }
  }

  return { fold: foldInTurn, probe }
}

const mayBeTested = (gate: Gate): boolean =>
  (gate.state === 'probing' && gate.canary === null) ||
  (gate.state === 'pinned' && gate.by === houseName)
