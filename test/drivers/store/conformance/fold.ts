// unfolded, fold and probeDue.

import { expect } from 'vitest'

import { present } from '../../../../src/base/assert.ts'
import type { FoldInput } from '../../../../src/drivers/store/contract/shapes.ts'
import type { Verdict } from '../../../../src/model/failure.ts'
import { noData } from '../../../../src/model/incident.ts'
import type { Lane } from '../../../../src/model/lane.ts'
import { laneNow, lanes, put, shut } from './lanes.ts'
import { conformance } from './world.ts'
import {
  claimInput,
  claimOne,
  enqueue,
  failure,
  giveBackArgs,
  passed,
  success,
  t0,
  taken,
} from './wants.ts'

const limited: Verdict = { ...failure, class: 'rate_limited', blame: 'account', resetAt: t0 + 500 }
export const folding = conformance('unfolded, fold and probeDue', {
  'facts that may mean something to a lane come in order, with their attempt as it is now': async ({
    store,
  }) => {
    await enqueue(store)
    const { task, attempt } = await claimOne(store, { lanes })
    passed(
      await store.confirm({
        attemptId: attempt.id,
        proof: { launcher: 'local', pid: 1, startTicks: null, bootId: 'b' },
        program: 'sh',
        now: t0,
      }),
    )
    passed(
      await store.note({
        attemptId: attempt.id,
        bodies: [{ kind: 'attempt.ordered', receipt: 'x' }],
        now: t0,
      }),
    )
    passed(await store.end({ attemptId: attempt.id, verdict: limited, now: t0 + 1 }))
    const page = await store.unfolded({ after: 0, limit: 100 })
    expect(page.facts.map(({ fact }) => fact.body.kind)).toEqual([
      'attempt.confirmed',
      'attempt.ordered',
      'attempt.ended',
    ])
    expect(page.facts[0]?.attempt).toEqual({
      id: attempt.id,
      taskId: task.id,
      agent: 'shell',
      host: 'h1',
      lanes,
      verdict: limited,
    })
    expect(page).toMatchObject({ from: 0, newestAttempt: attempt.id })
    expect(page.to).toBeGreaterThanOrEqual(present(page.facts.at(-1), 'three facts').fact.id)
    const first = await store.unfolded({ after: 0, limit: 1 })
    expect([first.facts.length, first.to]).toEqual([1, first.facts[0]?.fact.id])
    expect(
      (await store.unfolded({ after: first.to, limit: 9 })).facts.map(({ fact }) => fact.body.kind),
    ).toEqual(['attempt.ordered', 'attempt.ended'])
  },

  'folding brings the cursor on; who comes second with the same page writes nothing': async ({
    store,
    another,
  }) => {
    const other = await another()
    await store.recordFacts({
      bodies: [{ kind: 'gate.tested', lane: 'x', passed: true, by: 'test' }],
      now: t0,
    })
    const page = await store.unfolded({ after: 0, limit: 9 })
    const input: FoldInput = {
      ...page,
      lanes: [shut],
      attemptIds: [],
      facts: [{ kind: 'gate.probing', lane: 'z', reason: '' }],
      incidents: [],
      now: t0,
    }
    const answers = await Promise.all([store.fold(input), other.fold(input)])
    expect(answers.map((one) => one.folded).toSorted()).toEqual([false, true])
    expect(await store.gates()).toEqual([
      { lane: 'account:a', state: 'shut', since: t0, until: t0 + 50, reason: 'limited' },
    ])
    expect(await store.facts({ kinds: ['gate.probing'], limit: 9 })).toHaveLength(1)
    expect((await store.unfolded({ after: 0, limit: 9 })).from).toBe(page.to)
  },

  'a lane that somebody wrote meanwhile is not overwritten, and nothing of that fold is kept':
    async ({ store }) => {
      expect(await put(store, [shut])).toEqual({ folded: true })
      const before = await laneNow(store, 'account:a')
      await store.pin({ lane: 'account:a', by: 'ann', reason: 'mine', until: null, now: t0 + 1 })
      const mend: Lane = { ...before, gate: { state: 'passing', ramp: 1 } }
      const incidents = [{ do: 'open' as const, key: 'k', title: 't', data: noData, reopenMs: 0 }]
      expect(await put(store, [mend], { incidents })).toEqual({ folded: false })
      expect(await store.gates()).toMatchObject([{ state: 'pinned', by: 'ann' }])
      expect(await store.incidents({ openOnly: true, limit: 9 })).toEqual([])
    },

  'while an ending that may shut a lane is not folded, nothing is claimed there': async ({
    store,
  }) => {
    const first = await taken(store)
    await enqueue(store)
    passed(
      await store.end({
        attemptId: first.attempt.id,
        verdict: { ...limited, class: 'launch_failed', blame: 'host' },
        now: t0,
      }),
    )
    const refused = await store.claim(await claimInput(store))
    expect([refused.claimed, refused.refused?.code]).toEqual([[], 'gate.unfolded'])
    const elsewhere = await claimInput(store, {
      agent: 'other',
      host: 'h2',
      lanes: ['agent:other', 'host:h2'],
    })
    expect((await store.claim({ ...elsewhere, demandIds: [] })).refused).toBeNull()
    expect(await put(store, [], { attemptIds: [first.attempt.id] })).toEqual({ folded: true })
    expect((await store.claim(await claimInput(store))).claimed).toHaveLength(1)
  },

  'an ending that charges its task keeps nobody waiting': async ({ store }) => {
    const first = await taken(store)
    passed(await store.end({ attemptId: first.attempt.id, verdict: failure, now: t0 }))
    passed(await store.giveBack(giveBackArgs(first)))
    expect((await store.claim(await claimInput(store))).claimed).toHaveLength(1)
  },

  'a shut gate is probed when it is due, not before, and its due time wakes': async ({ store }) => {
    await put(store, [shut])
    expect(await store.nextDue()).toBe(t0 + 50)
    expect(await store.probeDue({ now: t0 + 49 })).toEqual({ probing: [] })
    expect(await store.probeDue({ now: t0 + 50 })).toEqual({ probing: ['account:a'] })
    expect(await store.gates()).toMatchObject([{ state: 'probing', canary: null, since: t0 + 50 }])
    expect(await store.probeDue({ now: t0 + 51 })).toEqual({ probing: [] })
    expect(
      (await store.facts({ kinds: ['gate.probing'], limit: 9 })).map((fact) => fact.body),
    ).toMatchObject([{ lane: 'account:a' }])
  },

  'what changed since a lane last ended well is told newest first': async ({ store }) => {
    const config = (hash: string) => ({
      bodies: [{ kind: 'config.loaded' as const, hash, diff: [] }],
    })
    await store.recordFacts({ ...config('old'), now: t0 - 10 })
    const good = await taken(store)
    passed(await store.end({ attemptId: good.attempt.id, verdict: success, now: t0 }))
    await store.recordFacts({ ...config('b'), now: t0 + 1 })
    await store.recordFacts({ ...config('c'), now: t0 + 2 })
    const { since, facts } = await store.changes({ lane: 'agent:shell', limit: 9 })
    expect([since, ...facts.map(({ body }) => body.kind === 'config.loaded' && body.hash)]).toEqual(
      [t0, 'c', 'b'],
    )
    expect((await store.changes({ lane: 'agent:never', limit: 9 })).facts).toHaveLength(3)
  },
})
