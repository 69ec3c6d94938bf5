// May a task of this demand be taken now, beyond agents, slots and gates of lanes? Pure, by what was seen: the claim sees it
// holding its rows (bounds.ts), who only looks sees it in passing (bounds-seen.ts).

import type { Demand } from '../../../model/demand.ts'
import type { GateState } from '../../../model/gate.ts'
import { type Refusal, refusal } from '../../../model/refusal.ts'
import { calmLane, windowRefuses, type WindowState } from '../../../model/window.ts'
import type { BoundsInput, Caps } from '../contract/shapes.ts'
import { type HeldRow, isHeld, standing, taken } from './lock-standing.ts'

/** What bounds demands on a host, as it is seen at a moment. */
export interface SeenBounds {
  /** Windows by name, each with the gate of its lane here; one that was never judged has no state. */
  readonly windows: ReadonlyMap<string, { gate: GateState; state: WindowState | undefined }>
  /** Attempts under way on the host. */
  readonly others: number
  /** Locks by name; one that is free may be absent. */
  readonly locks: ReadonlyMap<string, HeldRow>
  /** What is under way in the fleet, by what it asks for. */
  readonly open: readonly { readonly labels: readonly string[]; readonly n: number }[]
}

/** Why no task of this demand may be taken now; null when one may. */
export const refusalBySeen = (
  demand: Demand,
  seen: SeenBounds,
  input: BoundsInput,
): Refusal | null =>
  calmRefusal(demand, seen, input) ??
  lockRefusal(demand, seen, input) ??
  labelRefusal(demand, seen, input)

function calmRefusal({ calm }: Demand, seen: SeenBounds, input: BoundsInput): Refusal | null {
  if (calm === undefined) return null
  const { host, now } = input
  const lane = calmLane(calm, host)
  const caps = input.windows?.[calm]
  if (caps === undefined)
    return refusal(
      'calm.unknown',
      `no window ${calm} is configured here`,
      'name it in midwatch.yaml',
    )
  const { gate, state } = seen.windows.get(calm) ?? { gate: passing, state: undefined }
  if (gate.state === 'pinned')
    return refusal(
      'gate.pinned',
      `${lane} is pinned: ${gate.reason}`,
      `\`midwatch gate reset ${lane}\``,
    )
  const why = windowRefuses(state, caps, seen.others, now)
  if (why === null) return null
  return refusal(
    'calm.shut',
    `${lane} is not calm: ${why}`,
    'the next judgement, every few seconds',
  )
}

const passing: GateState = { state: 'passing' }

function lockRefusal(
  { locks = [] }: Demand,
  seen: SeenBounds,
  { now }: BoundsInput,
): Refusal | null {
  const held = locks
    .flatMap((name) => seen.locks.get(name) ?? [])
    .find(({ row, runs }) => standing(row, taken, runs, now) === 'held')
  return held === undefined ? null : isHeld(held.row)
}

/** The labels of a demand that have a cap. */
export const cappedLabels = ({ labels }: Pick<Demand, 'labels'>, caps: Caps | undefined) =>
  labels.filter((label) => caps?.labels?.[label] !== undefined)

function labelRefusal(demand: Demand, { open }: SeenBounds, { caps }: BoundsInput): Refusal | null {
  for (const label of cappedLabels(demand, caps)) {
    const most = caps?.labels?.[label] ?? 0
    const n = open.reduce((sum, one) => sum + (one.labels.includes(label) ? one.n : 0), 0)
    if (n >= most)
      return refusal(
        'cap.label',
        `${n} attempts at tasks labelled ${label} are under way, at most ${most} may`,
        'one of them ends',
      )
  }
  return null
}
