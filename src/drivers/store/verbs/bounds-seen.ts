// What bounds demands, seen in passing: nobody has to claim in vain to learn of it. Judged by the judge of the claim, which looks
// again in its own transaction. What is seen here does not depend on the time, so that it is good until something changes.

import type { Demand } from '../../../model/demand.ts'
import type { GateState } from '../../../model/gate.ts'
import { freshLane } from '../../../model/lane.ts'
import { calmLane, type WindowState } from '../../../model/window.ts'
import type { BoundsInput } from '../contract/shapes.ts'
import type { Script } from '../script.ts'
import { boundAmong, type Bounds, lockNamesOf, openByDemand, openHere } from './bounds.ts'
import { cappedLabels, refusalBySeen, type SeenBounds } from './bounds-judge.ts'
import { lanesNow } from './lanes.ts'
import { lockRows } from './locks.ts'
import { windows } from './windows.ts'

/** What is asked: these demands, on a host, under its caps. */
export type SeeInput = BoundsInput & { readonly demandIds: readonly number[] }

export interface Seen extends SeenBounds {
  readonly demands: Bounds
}

/** Reads what these demands are bound by. */
export function* seeBounds(input: SeeInput): Script<Seen> {
  const { host, caps, windows: configured } = input
  const demands = yield* boundAmong(input.demandIds)
  const asked = [...demands.values()]
  const locks = yield* lockRows(lockNamesOf(asked))
  const names = [...new Set(asked.flatMap(({ calm }) => calm ?? []))]
  const open = asked.some((demand) => cappedLabels(demand, caps).length > 0)
    ? yield* openByDemand()
    : []
  if (configured === undefined || names.length === 0)
    return { demands, locks, windows: new Map(), others: 0, open }
  const others = yield* openHere(host)
  return { demands, locks, windows: yield* windowsSeen(names, host), others, open }
}

function* windowsSeen(names: readonly string[], host: string): Script<Seen['windows']> {
  const states = yield* windows(host)
  const lanes = yield* lanesNow(names.map((name) => calmLane(name, host)))
  const gateOf = (lane: string) => (lanes.find((one) => one.lane === lane) ?? freshLane(lane)).gate
  return new Map(
    names.map((name): [string, { gate: GateState; state: WindowState | undefined }] => [
      name,
      { gate: gateOf(calmLane(name, host)), state: states.find((one) => one.name === name) },
    ]),
  )
}

/** Under which name it is remembered: everything that is asked, but the time; a host, where it has windows of its own. */
export const seeingOf = ({ host, demandIds, caps, windows: configured }: SeeInput): string =>
  `bounds ${configured === undefined ? '' : host} ${demandIds.join()} ${Object.keys(caps?.labels ?? {}).join()}`

/** See Store.boundNow. */
export const judgeSeen = ({ demands, ...seen }: Seen, input: BoundsInput) =>
  [...demands].flatMap(([id, demand]: [number, Demand]) => {
    const refusal = refusalBySeen(demand, seen, input)
    return refusal === null ? [] : [{ id, refusal }]
  })
