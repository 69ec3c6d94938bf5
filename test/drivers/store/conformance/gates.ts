// Pin and resetGate: what a person shut, that person or its stated time opens.

import { expect } from 'vitest'

import type { Release } from '../../../../src/model/hold.ts'
import { conformance } from './world.ts'
import {
  claimInput,
  claimOne,
  enqueue,
  failure,
  forPerson,
  giveBackArgs,
  passed,
  stateOf,
  t0,
} from './wants.ts'

const pinned = { lane: 'fleet', by: 'ann', reason: 'deploy', now: t0 } as const

export const gating = conformance('pin and resetGate', {
  'a pin names the person, the reason and its end, and each is a fact': async ({ store }) => {
    await store.pin({ ...pinned, until: t0 + 60 })
    expect(await store.gates()).toEqual([
      { lane: 'fleet', state: 'pinned', since: t0, until: t0 + 60, by: 'ann', reason: 'deploy' },
    ])
    await store.pin({ ...pinned, by: 'bob', until: null, now: t0 + 1 })
    expect(await store.gates()).toMatchObject([{ since: t0 + 1, until: null, by: 'bob' }])
    const facts = await store.facts({ kinds: ['gate.pinned'], limit: 9 })
    expect(facts.map((fact) => fact.body.kind === 'gate.pinned' && fact.body.by)).toEqual([
      'ann',
      'bob',
    ])
  },

  'a reset opens the gate and tells who did it; resetting an open one is nothing': async ({
    store,
  }) => {
    await enqueue(store)
    await store.pin({ ...pinned, until: null })
    expect((await store.claim(await claimInput(store))).refused?.code).toBe('gate.pinned')
    expect(
      await store.resetGate({ lane: 'fleet', by: 'bob', reason: 'over', now: t0 + 1 }),
    ).toEqual({ was: 'pinned' })
    expect(
      await store.resetGate({ lane: 'fleet', by: 'bob', reason: 'over', now: t0 + 2 }),
    ).toEqual({ was: 'passing' })
    expect(await store.resetGate({ lane: 'host:h9', by: 'bob', reason: '', now: t0 })).toEqual({
      was: 'passing',
    })
    expect(
      (await store.facts({ kinds: ['gate.reset'], limit: 9 })).map((fact) => fact.body),
    ).toEqual([{ kind: 'gate.reset', lane: 'fleet', by: 'bob', reason: 'over', was: 'pinned' }])
    expect((await store.claim(await claimInput(store))).claimed).toHaveLength(1)
    expect((await store.gates()).filter((gate) => gate.state !== 'passing')).toEqual([])
  },

  'who resets a lane ends the cooldowns of what failed there, and no other wait': async ({
    store,
  }) => {
    const rest = { kind: 'time', until: t0 + 3_600_000, why: 'cooldown' } as const
    const failed = async (lanes: readonly string[], holds: readonly Release[]) => {
      await enqueue(store)
      const claimed = await claimOne(store, { lanes })
      const { id: attemptId } = claimed.attempt
      passed(await store.end({ attemptId, verdict: failure, now: t0 }))
      passed(await store.giveBack(giveBackArgs(claimed, holds)))
      return claimed.task.id
    }
    const [mine, others] = [
      ['agent:a1', 'fleet', 'host:h1'],
      ['agent:a2', 'fleet', 'host:h1'],
    ]
    const resting = await failed(mine, [rest])
    const asked = await failed(mine, [rest, forPerson])
    const waiting = await failed(mine, [{ ...rest, why: 'backoff' }])
    const elsewhere = await failed(others, [rest])
    const release = { lane: 'agent:a1', by: 'ann', now: t0 + 1 }
    expect(await store.releaseCooldowns(release)).toEqual({ released: 2 })
    expect(await stateOf(store, resting)).toBe('ready')
    expect(await store.holdsOf(resting, false)).toMatchObject([{ releasedBy: 'ann' }])
    for (const id of [asked, waiting, elsewhere]) expect(await stateOf(store, id)).toBe('held')
    expect(await store.holdsOf(asked, true)).toMatchObject([{ kind: 'person' }])
    expect(await store.releaseCooldowns(release)).toEqual({ released: 0 })
  },

  'the stated end of a pin opens it, and not a moment earlier': async ({ store }) => {
    await store.pin({ ...pinned, until: t0 + 60 })
    await store.pin({ ...pinned, lane: 'host:h1', until: null })
    expect(await store.nextDue()).toBe(t0 + 60)
    await store.releaseDue({ now: t0 + 59, limit: 9 })
    expect((await store.gates()).map((gate) => gate.state)).toEqual(['pinned', 'pinned'])
    await store.releaseDue({ now: t0 + 60, limit: 9 })
    expect((await store.gates()).map((gate) => gate.state)).toEqual(['passing', 'pinned'])
    expect(await store.nextDue()).toBeNull()
    expect(
      (await store.facts({ kinds: ['gate.reset'], limit: 9 })).map((fact) => fact.body),
    ).toMatchObject([{ lane: 'fleet', by: 'time' }])
  },

  'a pin put anew while its old end comes is not undone': async ({ store, another }) => {
    const other = await another()
    for (let round = 0; round < 15; round += 1) {
      await store.pin({ ...pinned, until: t0 + 1 })
      await Promise.all([
        store.releaseDue({ now: t0 + 2, limit: 9 }),
        other.pin({ ...pinned, by: 'bob', reason: 'not yet', until: null, now: t0 + 2 }),
      ])
      expect(await store.gates()).toMatchObject([{ state: 'pinned', by: 'bob' }])
    }
  },

  'once a pin is answered, no claim passes that lane': async ({ store, another }) => {
    const other = await another()
    for (let i = 0; i < 20; i += 1) await enqueue(store)
    const input = await claimInput(store)
    for (let round = 0; round < 8; round += 1) {
      await store.resetGate({ lane: 'fleet', by: 'ann', reason: '', now: t0 })
      const claims = [other.claim(input), other.claim(input)]
      await store.pin({ ...pinned, until: null })
      const openAtPin = (await store.counts()).taken
      await Promise.all(claims)
      expect((await other.claim(input)).refused?.code).toBe('gate.pinned')
      expect((await store.counts()).taken).toBe(openAtPin)
    }
  },

  'a gate that cannot be read does not count as passing': async ({ store, sql }) => {
    await enqueue(store)
    await sql(`INSERT INTO gates (lane, state, since, reason) VALUES ('fleet', 'ajar', ${t0}, '')`)
    expect(await store.gates()).toMatchObject([
      { lane: 'fleet', state: 'pinned', reason: expect.stringContaining('ajar') },
    ])
    expect(await store.claim(await claimInput(store))).toMatchObject({
      claimed: [],
      refused: { code: 'gate.pinned' },
    })
  },
})
