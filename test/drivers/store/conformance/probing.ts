// The claim through gates that learn: canaries, ramps, a person's reset, and rows that cannot be read.

import { expect } from 'vitest'

import { noData } from '../../../../src/model/incident.ts'
import type { Lane } from '../../../../src/model/lane.ts'
import { account, claim, laneNow, laneOrFresh, lanes, probing, put } from './lanes.ts'
import { claimInput, enqueue, passed, seeds, success, t0 } from './wants.ts'
import { conformance } from './world.ts'

export const probingGates = conformance('the claim through gates that learn', {
  'two probing lanes let one attempt through, the canary of both': async ({ store }) => {
    for (let i = 0; i < 5; i += 1) await enqueue(store)
    await put(store, [probing, { ...probing, lane: 'fleet' }])
    const { claimed } = await claim(store, 4)
    expect(claimed).toHaveLength(1)
    const canary = claimed[0]?.attempt.id
    expect(await store.gates()).toMatchObject([
      { lane: 'account:a', canary },
      { lane: 'fleet', canary },
    ])
    expect((await claim(store)).refused).toMatchObject({
      code: 'gate.probing',
      release: expect.stringContaining(`${canary}`),
    })
    expect(await store.facts({ kinds: ['gate.canary'], limit: 9 })).toMatchObject([
      { attemptId: canary },
      { attemptId: canary },
    ])
  },

  'two hosts that find a probing gate send one canary': async ({ store, another }) => {
    const other = await another()
    for (let i = 0; i < 20; i += 1) await enqueue(store)
    const input = await claimInput(store, { lanes })
    for (let round = 0; round < 8; round += 1) {
      const now = await laneOrFresh(store, 'account:a')
      await put(store, [{ ...now, gate: probing.gate }])
      const all = await Promise.all([
        store.claim(input),
        other.claim({ ...input, host: 'h2' }),
        store.claim(input),
      ])
      expect(all.flatMap((one) => one.claimed)).toHaveLength(1)
    }
  },

  'a probing gate without a task to try keeps its place free': async ({ store }) => {
    await put(store, [probing])
    expect(await claim(store)).toEqual({ claimed: [], refused: null })
    expect(await store.gates()).toMatchObject([{ state: 'probing', canary: null }])
  },

  'a ramp lets in so many that have not given evidence yet; those that have take no place': async ({
    store,
  }) => {
    for (let i = 0; i < 9; i += 1) await enqueue(store)
    await put(store, [{ ...account, gate: { state: 'passing', ramp: 2 } }])
    const { claimed } = await claim(store, 5)
    expect(claimed).toHaveLength(2)
    expect((await claim(store)).refused?.code).toBe('gate.ramping')
    const lane = await laneNow(store, 'account:a')
    await put(store, [
      { ...lane, memory: { ...lane.memory, proven: [claimed[0]?.attempt.id ?? 0] } },
    ])
    expect((await claim(store, 5)).claimed).toHaveLength(1)
    const other = await claimInput(store, { lanes: ['fleet'], seeds: seeds(3) })
    expect((await store.claim(other)).claimed).toHaveLength(3)
  },

  'a ramp under which nothing is left to try ends after a while, with its incident': async ({
    store,
  }) => {
    await enqueue(store)
    const key = 'gate:account:a'
    const ramping: Lane = {
      ...account,
      gate: { state: 'passing', ramp: 1 },
      memory: { ...account.memory, incident: key },
    }
    await put(store, [ramping], {
      incidents: [{ do: 'open', key, title: 't', data: noData, reopenMs: 0 }],
    })
    const [one] = (await claim(store)).claimed
    await store.probeDue({ now: t0 + 700_000 })
    expect(await store.gates()).toEqual([{ lane: 'account:a', state: 'passing', ramp: 1 }])
    passed(
      await store.end({ attemptId: one?.attempt.id ?? 0, verdict: success, now: t0 + 700_000 }),
    )
    await store.probeDue({ now: t0 + 599_999 })
    expect(await store.incidents({ openOnly: true, limit: 9 })).toHaveLength(1)
    await store.probeDue({ now: t0 + 700_001 })
    expect(await store.gates()).toEqual([])
    expect(await store.incidents({ openOnly: true, limit: 9 })).toEqual([])
  },

  'a person’s reset lets a lane that failed come back slowly, and ends a pin at once': async ({
    store,
  }) => {
    const failing = { ...account.memory, shutBy: 'auth_error' as const, incident: 'gate:account:a' }
    const gate = {
      state: 'pinned' as const,
      since: t0,
      until: null,
      by: 'midwatch',
      reason: 'auth_error',
    }
    await put(store, [{ ...account, gate, memory: failing }])
    expect(
      await store.resetGate({ lane: 'account:a', by: 'ann', reason: 'logged in', now: t0 }),
    ).toEqual({ was: 'pinned' })
    expect(await store.gates()).toEqual([{ lane: 'account:a', state: 'passing', ramp: 1 }])
    await store.resetGate({ lane: 'account:a', by: 'ann', reason: 'I am sure', now: t0 })
    expect((await store.gates()).filter((one) => 'ramp' in one)).toEqual([])
  },

  'a probing lane that nothing is left to try ends its incident and waits on': async ({
    store,
  }) => {
    const key = 'gate:account:a'
    await put(store, [{ ...probing, memory: { ...probing.memory, incident: key } }])
    await store.openIncident({ key, title: 'account:a is shut', now: t0 })
    await store.recovered({ lane: 'account:a', by: 'nothing is left', now: t0 + 1 })
    expect(await store.incidents({ openOnly: true, limit: 9 })).toEqual([])
    expect(await store.incidents({ openOnly: false, limit: 9 })).toMatchObject([
      { key, resolvedBy: 'nothing is left' },
    ])
    expect(await store.gates()).toMatchObject([{ lane: 'account:a', state: 'probing' }])
    await store.recovered({ lane: 'account:a', by: 'again', now: t0 + 2 })
    await store.recovered({ lane: 'fleet', by: 'never', now: t0 + 2 })
    expect((await store.facts({ kinds: ['incident.resolved'], limit: 9 })).length).toBe(1)
  },

  'a lane whose memory cannot be read lets nobody in once it is out of order': async ({
    store,
    sql,
  }) => {
    await enqueue(store)
    await sql(
      `INSERT INTO gates (lane, state, since, reason, ramp, memory_json) VALUES ('account:a', 'passing', 1, '', 1, '[nonsense')`,
    )
    expect((await claim(store)).refused).toMatchObject({
      code: 'gate.pinned',
      release: expect.stringContaining('reset account:a'),
    })
    expect((await store.unfolded({ after: 0, limit: 9 })).lanes).toMatchObject([
      { lane: 'account:a', readable: false },
    ])
  },
})
