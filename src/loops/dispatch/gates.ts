// What the dispatch loop does for its gates: folds what happened, probes what is due, and tries the free self-tests of
// lanes that are out of order or may be taken over to. Level-triggered; two hosts may do it at once.

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { fold, newFoldCursor, type StartRules } from '../../lifecycle/gate/fold.ts'
import type { FactBody } from '../../model/fact.ts'
import { type Gate, houseName } from '../../model/gate.ts'

/** What a free self-test says. `none`: it found nothing wrong, and cannot tell whether all is well. */
export interface SelfTestSaid {
  readonly said: 'passed' | 'failed' | 'none'
  /** What was seen, one sentence without secrets. */
  readonly evidence: string
  /** A salted hash of the credential behind the lane; null where it has none. */
  readonly print: string | null
}

/** `thorough`: not only what lies on this host. */
export type SelfTester = (lane: string, thorough: boolean) => Promise<SelfTestSaid>

export interface GatesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly host: { readonly name: string }
  readonly selfTest?: SelfTester
  readonly testedLanes?: () => readonly string[]
  /** How often agents may fail to start, where the configuration says so. */
  readonly starts?: (agent: string) => StartRules | null
}

export interface Gatekeeper {
  /** Brings every lane up to the newest fact. Resolves when what was there at the call is folded. */
  fold(): Promise<void>
  /** Probes what is due, and tests what is to be tested; answers how many lanes began to be probed. */
  probe(): Promise<{ readonly probed: number }>
  /** Tests lanes that began to be probed since: their free test comes before their canary. */
  prove(): Promise<void>
}

/** How often the free self-test of a lane is tried. */
const selfTestEveryMs = 60_000
/** How often a lane that passes is tested by more than a look at what lies here. */
const thoroughEveryMs = 600_000

export function createGatekeeper(deps: GatesDeps): Gatekeeper {
  const { store, clock } = deps
  const cursor = newFoldCursor()
  const known = new Map<string, Known>()
  let folding: Promise<void> = Promise.resolve()

  /** One after the other, so that this host never races itself. */
  function foldInTurn(): Promise<void> {
    const turn = folding.catch(() => {}).then(async () => void (await fold(deps, cursor)))
    folding = turn
    return turn
  }

  async function prove(): Promise<void> {
    if (deps.selfTest === undefined) return
    const fresh = (await store.gates()).filter(
      (gate) => isFree(gate) && known.get(gate.lane)?.forSince !== gate.since,
    )
    for (const gate of fresh) await test(gate.lane, gate, deps.selfTest)
    if (fresh.length > 0) await foldInTurn()
  }

  async function probe(): Promise<{ probed: number }> {
    const { probing } = await store.probeDue({ now: clock.now() })
    if (deps.selfTest !== undefined) await testDue(deps.selfTest)
    return { probed: probing.length }
  }

  async function testDue(selfTest: SelfTester): Promise<void> {
    const gates = await store.gates()
    const lanes = new Set(deps.testedLanes?.() ?? [])
    for (const gate of gates) if (mayBeTested(gate)) lanes.add(gate.lane)
    for (const lane of lanes) {
      const last = known.get(lane)
      if (last !== undefined && clock.monotonicMs() - last.atMs < selfTestEveryMs) continue
      await test(lane, gates.find((gate) => gate.lane === lane) ?? null, selfTest)
    }
  }

  async function test(lane: string, gate: Gate | null, selfTest: SelfTester): Promise<void> {
    const before = known.get(lane)
    const atMs = clock.monotonicMs()
    const isPassing = gate === null || gate.state === 'passing'
    const thorough =
      !isPassing || before === undefined || atMs - before.thoroughMs >= thoroughEveryMs
    const { said, evidence, print } = await selfTest(lane, thorough)
    const thoroughMs = thorough ? atMs : before.thoroughMs
    const now = { atMs, thoroughMs, said, print: print ?? before?.print ?? null }
    const since = gate !== null && gate.state !== 'passing' ? gate.since : null
    known.set(lane, { ...now, forSince: since })
    const bodies: FactBody[] = []
    if (print !== null && print !== before?.print)
      bodies.push({ kind: 'credential.seen', lane, host: deps.host.name, print })
    const told = tellsOf(said, before?.said ?? null, gate)
    if (told !== null) bodies.push({ kind: 'gate.tested', lane, passed: told, by: evidence })
    if (bodies.length > 0) await store.recordFacts({ bodies, now: clock.now() })
  }

  return { fold: foldInTurn, probe, prove }
}

interface Known {
  readonly atMs: number
  readonly thoroughMs: number
  readonly said: SelfTestSaid['said']
  readonly print: string | null
  /** Since when its gate was as it was then; null while it passed. */
  readonly forSince: number | null
}

/**
 * What a test says about a gate: it failed, or it passed; null when nothing new. What found nothing wrong has passed where
 * it had failed before: something was mended.
 */
function tellsOf(
  said: SelfTestSaid['said'],
  before: SelfTestSaid['said'] | null,
  gate: Gate | null,
): boolean | null {
  const isPinned = gate?.state === 'pinned'
  if (said === 'failed') return isPinned || gate?.state === 'shut' ? null : false
  if (!isPinned && (gate?.state !== 'shut' || before !== 'failed')) return null
  return said === 'passed' || before === 'failed' ? true : null
}

const isFree = (gate: Gate): gate is Gate & { state: 'probing' } =>
  gate.state === 'probing' && gate.canary === null

const mayBeTested = (gate: Gate): boolean =>
  isFree(gate) || (gate.state === 'pinned' && gate.by === houseName)
