// Launched and confirm: two arrows, each once, none for an attempt that is over.

import { expect } from 'vitest'

import { conformance } from './world.ts'
import { failure, kindsOf, passed, proof, refusalsOf, refusedCode, t0, taken } from './wants.ts'

export const launching = conformance('launched and confirm', {
  'an attempt is launched, then confirmed, with its proof': async ({ store }) => {
    const { attempt } = await taken(store)
    const attemptId = attempt.id
    passed(await store.launched({ attemptId, proof: { ...proof, pid: null }, now: t0 + 1 }))
    expect(await store.attempt(attemptId)).toMatchObject({
      state: 'launched',
      launchedAt: t0 + 1,
      confirmedAt: null,
      launch: { ...proof, pid: null },
    })
    passed(await store.confirm({ attemptId, proof, program: '/bin/true', now: t0 + 2 }))
    expect(await store.attempt(attemptId)).toMatchObject({
      state: 'confirmed',
      launchedAt: t0 + 1,
      confirmedAt: t0 + 2,
      launch: proof,
    })
    expect(await kindsOf(store, attempt.taskId)).toEqual([
      'task.enqueued',
      'attempt.claimed',
      'attempt.launched',
      'attempt.confirmed',
    ])
  },

  'saying it twice changes nothing': async ({ store }) => {
    const { attempt } = await taken(store)
    const attemptId = attempt.id
    for (const now of [t0 + 1, t0 + 2]) passed(await store.launched({ attemptId, proof, now }))
    for (const now of [t0 + 3, t0 + 4])
      passed(await store.confirm({ attemptId, proof, program: 'x', now }))
    passed(await store.launched({ attemptId, proof: { ...proof, pid: 1 }, now: t0 + 5 }))
    expect(await store.attempt(attemptId)).toMatchObject({
      state: 'confirmed',
      launchedAt: t0 + 1,
      confirmedAt: t0 + 3,
      launch: proof,
    })
    expect(await kindsOf(store, attempt.taskId)).toEqual([
      'task.enqueued',
      'attempt.claimed',
      'attempt.launched',
      'attempt.confirmed',
    ])
  },

  'a start proven before its launch was recorded passes through launched': async ({ store }) => {
    const { attempt } = await taken(store)
    passed(await store.confirm({ attemptId: attempt.id, proof, program: 'x', now: t0 + 2 }))
    expect(await store.attempt(attempt.id)).toMatchObject({
      state: 'confirmed',
      launchedAt: t0 + 2,
      confirmedAt: t0 + 2,
    })
    expect((await kindsOf(store, attempt.taskId)).slice(2)).toEqual([
      'attempt.launched',
      'attempt.confirmed',
    ])
  },

  'an ended attempt is not launched or confirmed any more, and that is recorded': async ({
    store,
  }) => {
    const { attempt } = await taken(store)
    const attemptId = attempt.id
    passed(await store.end({ attemptId, verdict: failure, now: t0 + 1 }))
    const before = await store.attempt(attemptId)
    expect(refusedCode(await store.launched({ attemptId, proof, now: t0 + 2 }))).toBe(
      'attempt.ended',
    )
    expect(refusedCode(await store.confirm({ attemptId, proof, program: 'x', now: t0 + 2 }))).toBe(
      'attempt.ended',
    )
    expect(await store.attempt(attemptId)).toEqual(before)
    expect(await refusalsOf(store, attempt.taskId)).toEqual([
      'launched attempt.ended',
      'confirm attempt.ended',
    ])
    expect(refusedCode(await store.launched({ attemptId: 77, proof, now: t0 }))).toBe(
      'attempt.missing',
    )
    expect(refusedCode(await store.confirm({ attemptId: 77, proof, program: 'x', now: t0 }))).toBe(
      'attempt.missing',
    )
  },
})
