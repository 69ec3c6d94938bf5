// What the window asks of a store: lanes with their memory, the newest attempts of an agent, and a probe before its time.

import { expect } from 'vitest'

import { freshMemory } from '../../../../src/model/lane.ts'
import { claimInput, enqueue, t0 } from './wants.ts'
import { conformance } from './world.ts'

const lane = 'agent:a1'

export const windowing = conformance('lanesSeen, probeNow and recentAttempts', {
  'a shut lane is probed at once by a person’s word; another one is not': async ({ store }) => {
    const untouched = await store.probeNow({ lane, by: 'ann', reason: 'mended', now: t0 })
    expect(untouched).toMatchObject({ ok: false, refusal: { code: 'gate.not_shut' } })
    const { from } = await store.unfolded({ after: 0, limit: 1 })
    await store.fold({
      from,
      to: from,
      lanes: [
        {
          lane,
          gate: { state: 'shut', since: t0, until: t0 + 600_000, reason: 'three in a row' },
          memory: {
            ...freshMemory,
            wait: 2,
            streak: [
              { task: 1, attempt: 1, class: 'launch_failed', agent: 'a1', provider: null, at: t0 },
            ],
          },
          rev: 0,
          readable: true,
        },
      ],
      attemptIds: [],
      facts: [],
      incidents: [],
      now: t0,
    })
    expect(await store.lanesSeen([lane])).toMatchObject([
      { lane, gate: { state: 'shut' }, memory: { wait: 2, streak: [{ class: 'launch_failed' }] } },
    ])
    expect(await store.probeNow({ lane, by: 'ann', reason: 'mended', now: t0 + 1 })).toEqual({
      ok: true,
    })
    expect(await store.lanesSeen([lane])).toMatchObject([
      { gate: { state: 'probing', since: t0 + 1, canary: null }, memory: { wait: 2 } },
    ])
    const facts = await store.facts({ kinds: ['gate.probing'], limit: 9 })
    expect(facts.map((fact) => fact.body)).toEqual([
      { kind: 'gate.probing', lane, reason: 'mended (ann)' },
    ])
  },

  'a reset forgets failures that have not shut the lane yet': async ({ store }) => {
    const { from } = await store.unfolded({ after: 0, limit: 1 })
    const streak = [
      { task: 1, attempt: 1, class: 'unknown', agent: 'a1', provider: null, at: t0 } as const,
    ]
    const seen = {
      lane,
      gate: { state: 'passing' as const },
      memory: { ...freshMemory, streak },
      rev: 0,
      readable: true,
    }
    const fold = { from, to: from, attemptIds: [], facts: [], incidents: [], now: t0 }
    await store.fold({ ...fold, lanes: [seen] })
    await store.resetGate({ lane, by: 'ann', reason: 'known', now: t0 + 1 })
    expect((await store.lanesSeen([lane]))[0]?.memory.streak).toEqual([])
    expect(await store.facts({ kinds: ['gate.reset'], limit: 9 })).toHaveLength(1)
  },

  'the newest attempts of an agent, and of no other': async ({ store }) => {
    for (let i = 0; i < 3; i++) await enqueue(store)
    const input = await claimInput(store)
    await store.claim({ ...input, agentSlots: 5, hostSlots: 5 })
    const mine = await store.recentAttempts({ agent: input.agent, limit: 2 })
    expect(mine.length).toBeGreaterThan(0)
    expect(mine.map(({ id }) => id)).toEqual(mine.map(({ id }) => id).toSorted((a, b) => b - a))
    expect(await store.recentAttempts({ agent: 'nobody', limit: 2 })).toEqual([])
  },
})
