// What the API asks of a store: a probe before its time.

import { expect } from 'vitest'

import { freshMemory } from '../../../../src/model/lane.ts'
import { t0 } from './wants.ts'
import { conformance } from './world.ts'

const lane = 'agent:a1'

export const probingNow = conformance('probeNow', {
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
    expect(await store.lanes([lane])).toMatchObject([
      { lane, gate: { state: 'shut' }, memory: { wait: 2, streak: [{ class: 'launch_failed' }] } },
    ])
    expect(await store.probeNow({ lane, by: 'ann', reason: 'mended', now: t0 + 1 })).toEqual({
      ok: true,
    })
    expect(await store.lanes([lane])).toMatchObject([
      { gate: { state: 'probing', since: t0 + 1, canary: null }, memory: { wait: 2 } },
    ])
    const facts = await store.facts({ kinds: ['gate.probing'], limit: 9 })
    expect(facts.map((fact) => fact.body)).toEqual([
      { kind: 'gate.probing', lane, reason: 'mended (ann)' },
    ])
  },
})
