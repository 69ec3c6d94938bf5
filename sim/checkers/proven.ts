// Law: what is new is proven before it is trusted. A changed agent, and another build of a client, are on trial before long: what
// is taken for them is a canary (the law of gates), or a person has said otherwise.

import type { FactBody } from '../../src/model/fact.ts'
import { laneKind } from '../../src/model/lane-rules.ts'
import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Trials {
  /** Lanes that are out of order, coming back slowly, or a person's: they prove themselves as it is. */
  readonly unsettled: Set<string>
  /** Lanes that stand on something new, and nothing was told of them since; with the world time of that look. */
  readonly due: Map<string, number>
}

const trialsIn = partOf<Journal, Trials>(() => ({ unsettled: new Set(), due: new Map() }))

/** A dispatcher folds what happened at each of its rounds. */
const soonMs = 20 * 60_000

export const proven: Checker = {
  law: 'what is new is proven before it is trusted',
  invariants: [35],
  fact({ world, journal, accuse }, { taskId, body }) {
    const { unsettled, due } = trialsIn(journal)
    for (const lane of newIn(body)) {
      if (unsettled.has(lane)) continue
      world.truth.count('lane to be proven')
      due.set(lane, world.time.nowMs)
    }
    if (body.kind === 'attempt.claimed')
      for (const lane of body.lanes)
        if ((due.get(lane) ?? Number.POSITIVE_INFINITY) <= world.time.nowMs - soonMs)
          accuse(`task ${taskId} was taken through ${lane}, which is new and was not tried`, taskId)
    if (!body.kind.startsWith('gate.') || !('lane' in body)) return
    if (body.kind === 'gate.tested' || body.kind === 'gate.canary') return
    due.delete(body.lane)
    if (isTrusted(body)) unsettled.delete(body.lane)
    else unsettled.add(body.lane)
  },
}

/** The lanes that have to be tried because of this. */
function newIn(body: FactBody): readonly string[] {
  const kind = body.kind === 'config.loaded' ? 'agent' : body.kind === 'cli.changed' ? 'cli' : null
  if (kind === null || !('lanes' in body)) return []
  return (body.lanes ?? []).filter((lane) => laneKind(lane) === kind)
}

/** Whether everybody may pass from then on. */
const isTrusted = (body: FactBody): boolean =>
  body.kind === 'gate.reset' || (body.kind === 'gate.ramped' && body.ramp === null)
