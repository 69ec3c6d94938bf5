// Judges what an unreadable lane was, from the facts about its gate. What they do not say is pinned, and a person is
// told: a gate that can't be read never counts as passing. Pure.

import type { Fact, FactBody } from '../../model/fact.ts'
import { type GateState, houseName } from '../../model/gate.ts'
import { freshMemory, type Lane } from '../../model/lane.ts'

/** The lane as the newest fact about it tells; `from` says which, or that there was none. `facts` are newest first. */
export function rebuild(
  lane: Lane,
  facts: readonly Fact[],
  newestAttempt: number,
  now: number,
): { lane: Lane; from: string } {
  for (const fact of facts) {
    if (!('lane' in fact.body) || fact.body.lane !== lane.lane) continue
    const gate = gateAfter(fact.body, fact.at)
    if (gate === null) continue
    const shutBy = fact.body.kind === 'gate.shut' ? fact.body.class : null
    const wait = fact.body.kind === 'gate.shut' ? fact.body.wait + 1 : 0
    const memory = { ...freshMemory, shutBy, wait, cut: newestAttempt }
    return { lane: { ...lane, gate, memory, readable: true }, from: `fact ${fact.id}` }
  }
  const reason = 'its row could not be read and no fact tells its state'
  const gate = { state: 'pinned' as const, since: now, until: null, by: houseName, reason }
  return {
    lane: { ...lane, gate, memory: { ...freshMemory, cut: newestAttempt }, readable: true },
    from: 'no fact',
  }
}

function gateAfter(body: FactBody, at: number): GateState | null {
  switch (body.kind) {
    case 'gate.shut':
      return { state: 'shut', since: at, until: body.until, reason: body.reason }
    case 'gate.probing':
      return { state: 'probing', since: at, canary: null, reason: body.reason }
    case 'gate.passing':
      return { state: 'passing', ramp: body.ramp }
    case 'gate.ramped':
      return body.ramp === null ? { state: 'passing' } : { state: 'passing', ramp: body.ramp }
    case 'gate.pinned':
      return { state: 'pinned', since: at, until: body.until, by: body.by, reason: body.reason }
    case 'gate.reset':
      return { state: 'passing', ramp: 1 }
    default:
      return null
  }
}
