// Lanes for the suite: how they are put into a store, and how they are looked at.

import { present } from '../../../../src/base/assert.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import type { FoldInput } from '../../../../src/drivers/store/contract/shapes.ts'
import { freshLane, type Lane } from '../../../../src/model/lane.ts'
import { claimInput, seeds, t0 } from './wants.ts'

export const lanes = ['account:a', 'agent:shell', 'fleet', 'host:h1']
export const account = freshLane('account:a')
export const shut: Lane = {
  ...account,
  gate: { state: 'shut', since: t0, until: t0 + 50, reason: 'limited' },
}
export const probing: Lane = {
  ...account,
  gate: { state: 'probing', since: t0, canary: null, reason: 'due' },
}

/** Folds nothing but these lanes, at the cursor as it stands. */
export async function put(
  store: Store,
  changed: readonly Lane[],
  over: Partial<FoldInput> = {},
): Promise<{ folded: boolean }> {
  const { from, to } = await store.unfolded({ after: 0, limit: 1_000 })
  return store.fold({
    from,
    to,
    lanes: changed,
    attemptIds: [],
    facts: [],
    incidents: [],
    now: t0,
    ...over,
  })
}

export const laneNow = async (store: Store, name: string): Promise<Lane> => {
  await store.recordFacts({
    bodies: [{ kind: 'gate.tested', lane: name, passed: true, by: 'test' }],
    now: t0,
  })
  const found = (await store.unfolded({ after: 0, limit: 1_000 })).lanes.find(
    (one) => one.lane === name,
  )
  return present(found, `${name} has a row that is not wholly passing`)
}

export const claim = async (store: Store, count = 1) =>
  store.claim(await claimInput(store, { lanes, seeds: seeds(count) }))

export async function laneOrFresh(store: Store, name: string): Promise<Lane> {
  return (await store.gates()).some((gate) => gate.lane === name)
    ? laneNow(store, name)
    : freshLane(name)
}
