// Law: a gate lets in what it may. Nothing is claimed through a lane that is shut or pinned, as that of an account which is known
// to be dead; and one attempt at most through one that is probing: its canary. At the end every lane passes, waits for somebody to try it, or is a person's.

import type { FactBody } from '../../src/model/fact.ts'
import { houseName } from '../../src/model/gate.ts'
import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Known {
  state: 'passing' | 'probing' | 'shut' | 'pinned'
  canary: number | null
}

const lanesOf = partOf<Journal, Map<string, Known>>(() => new Map())

export const gates: Checker = {
  law: 'a gate lets in what it may',
  invariants: [6, 9, 34],
  fact({ journal, accuse }, { taskId, attemptId, body }) {
    const lanes = lanesOf(journal)
    if (body.kind === 'attempt.claimed')
      for (const lane of body.lanes) {
        const known = lanes.get(lane)
        if (known?.state === 'shut' || known?.state === 'pinned')
          accuse(
            `attempt ${attemptId} was claimed through ${lane}, which is ${known.state}`,
            taskId,
          )
        if (known?.state === 'probing' && known.canary !== null)
          accuse(
            `attempt ${attemptId} was claimed through ${lane} beside its canary ${known.canary}`,
            taskId,
          )
      }
    // A canary that was lost told nothing: the next one goes at once, and no fact of the lane says so.
    if (body.kind === 'attempt.ended' && body.class === 'lost')
      for (const known of lanes.values()) if (known.canary === attemptId) known.canary = null
    learn(lanes, body)
  },
  end({ accuse, world }, { gates: rows, tasks }) {
    const isIdle = tasks.every(({ state }) => state === 'settled')
    for (const gate of rows) {
      if (gate.state === 'shut' && (isIdle || gate.until < world.time.nowMs - patienceMs))
        accuse(
          `${gate.lane} is shut, and was to be probed at ${new Date(gate.until).toISOString()}`,
        )
      if (gate.state === 'probing' && !isIdle)
        accuse(`${gate.lane} is probing, and nobody tried it although there is work`)
      if (gate.state === 'pinned' && gate.by === houseName && gate.reason === '')
        accuse(`${gate.lane} is pinned and does not say why`)
    }
  },
}

/** Clocks of hosts may be off by hours. */
const patienceMs = 12 * 3_600_000

function learn(lanes: Map<string, Known>, body: FactBody): void {
  switch (body.kind) {
    case 'gate.pinned':
      lanes.set(body.lane, { state: 'pinned', canary: null })
      return
    case 'gate.shut':
      lanes.set(body.lane, { state: 'shut', canary: null })
      return
    case 'gate.probing':
      lanes.set(body.lane, { state: 'probing', canary: null })
      return
    case 'gate.canary': {
      const known = lanes.get(body.lane)
      if (known !== undefined) known.canary = body.attemptId
      return
    }
    case 'gate.passing':
    case 'gate.ramped':
    case 'gate.rebuilt':
    case 'gate.reset':
      lanes.delete(body.lane)
      return
    default:
      return
  }
}
