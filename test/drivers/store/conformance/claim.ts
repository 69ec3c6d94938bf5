// Claim and renew: the best ready task that this agent may take, once, within the caps, past passing gates only.

import { expect } from 'vitest'

import { priorityStepMs } from '../../../../src/model/task.ts'
import { conformance } from './world.ts'
import {
  claimInput,
  claimOne,
  demand,
  enqueue,
  failure,
  forPerson,
  kindsOf,
  passed,
  seeds,
  settleArgs,
  stateOf,
  success,
  t0,
  taken,
} from './wants.ts'

export const claiming = conformance('claim and renew', {
  'a claim takes the task with a new attempt, and both say so': async ({ store }) => {
    const { id } = await enqueue(store)
    const { attempt, task } = await claimOne(store, { now: t0 + 7 })
    expect(task).toMatchObject({ id, state: 'taken', attemptId: attempt.id, attempts: 1 })
    expect(attempt).toEqual({
      id: 1,
      taskId: id,
      state: 'claimed',
      agent: 'shell',
      host: 'h1',
      nonce: 'nonce-0',
      lanes: ['agent:shell', 'fleet', 'host:h1'],
      leaseUntil: t0 + 60_000,
      claimedAt: t0 + 7,
      launchedAt: null,
      confirmedAt: null,
      endedAt: null,
      launch: null,
      said: null,
      verdict: null,
      usage: null,
      stop: null,
      progress: null,
    })
    expect([await store.task(id), await store.attempt(1)]).toEqual([task, attempt])
    expect(await kindsOf(store, id)).toEqual(['task.enqueued', 'attempt.claimed'])
    expect([await store.tokenFits(1, 'token-0'), await store.tokenFits(1, 'token-1')]).toEqual([
      true,
      false,
    ])
  },

  'an empty line is no refusal': async ({ store }) => {
    expect(await store.claim(await claimInput(store))).toEqual({ claimed: [], refused: null })
    await enqueue(store, { holds: [forPerson] })
    await taken(store)
    expect(await store.claim(await claimInput(store))).toEqual({ claimed: [], refused: null })
    expect((await store.counts()).taken).toBe(1)
  },

  'higher priority goes first, and the same in the order of coming': async ({ store }) => {
    const [low, high, second] = [
      await enqueue(store),
      await enqueue(store, { priority: 1 }),
      await enqueue(store),
    ]
    const order = []
    for (let i = 0; i < 3; i += 1) order.push((await claimOne(store)).task.id)
    expect(order).toEqual([high.id, low.id, second.id])
  },

  'waiting ages a task: each step of priority is worth a stretch of waiting, and no more': async ({
    store,
  }) => {
    const old = await enqueue(store)
    const urgent = await enqueue(store, { priority: 2, now: t0 + 2 * priorityStepMs + 1 })
    const prompt = await enqueue(store, { priority: 2, now: t0 + 2 * priorityStepMs - 1 })
    const order = []
    for (let i = 0; i < 3; i += 1) order.push((await claimOne(store)).task.id)
    expect(order).toEqual([prompt.id, old.id, urgent.id])
  },

  'a claim takes only what the agent may take': async ({ store }) => {
    const foreign = await enqueue(store, { priority: 9, demand: { ...demand, agent: 'other' } })
    const own = await enqueue(store)
    const [foreignDemand, ownDemand] = (await store.readyDemands()).map((one) => one.id)
    expect(await store.claim(await claimInput(store, { demandIds: [] }))).toEqual({
      claimed: [],
      refused: null,
    })
    expect((await claimOne(store, { demandIds: [ownDemand ?? 0] })).task.id).toBe(own.id)
    expect(
      (await store.claim(await claimInput(store, { demandIds: [ownDemand ?? 0] }))).claimed,
    ).toEqual([])
    expect(await stateOf(store, foreign.id)).toBe('ready')
    expect((await claimOne(store, { demandIds: [foreignDemand ?? 0] })).task.id).toBe(foreign.id)
  },

  'a batch takes the best over several demands, each with its own seed': async ({ store }) => {
    for (const priority of [1, 5, 3]) {
      await enqueue(store, { priority })
      await enqueue(store, { priority: priority + 1, demand: { ...demand, agent: null } })
    }
    const { claimed } = await store.claim(await claimInput(store, { seeds: seeds(4) }))
    expect(claimed.map((one) => one.task.priority)).toEqual([6, 5, 4, 3])
    expect(claimed.map((one) => one.attempt.nonce)).toEqual(seeds(4).map((seed) => seed.nonce))
    expect(await store.counts()).toMatchObject({ ready: 2, taken: 4 })
    expect((await store.claim(await claimInput(store, { seeds: seeds(9) }))).claimed).toHaveLength(
      2,
    )
  },

  'the slots of a host are its own, those of an agent the fleet’s': async ({ store }) => {
    for (let i = 0; i < 9; i += 1) await enqueue(store)
    const caps = { agentSlots: 3, hostSlots: 2, seeds: seeds(5) }
    expect((await store.claim(await claimInput(store, caps))).claimed).toHaveLength(2)
    const hostFull = await store.claim(await claimInput(store, caps))
    expect([hostFull.claimed, hostFull.refused?.code]).toEqual([[], 'cap.full'])
    expect(hostFull.refused?.sentence).toContain('host h1')
    expect(
      (await store.claim(await claimInput(store, { ...caps, host: 'h2' }))).claimed,
    ).toHaveLength(1)
    const agentFull = await store.claim(await claimInput(store, { ...caps, host: 'h2' }))
    expect([agentFull.claimed, agentFull.refused?.sentence]).toEqual([
      [],
      expect.stringContaining('agent shell'),
    ])
    expect(
      (await store.claim(await claimInput(store, { ...caps, host: 'h2', agent: 'other' }))).claimed,
    ).toHaveLength(1)
    expect(await store.counts()).toMatchObject({ ready: 5, taken: 4 })
    expect(await store.openCounts('h2')).toEqual({ byAgent: { shell: 3, other: 1 }, onHost: 2 })
  },

  'an ended attempt frees its slot, a settled task alone does not': async ({ store }) => {
    for (let i = 0; i < 3; i += 1) await enqueue(store)
    const first = await claimOne(store, { hostSlots: 1 })
    passed(await store.settle(settleArgs(first)))
    expect((await store.claim(await claimInput(store, { hostSlots: 1 }))).refused?.code).toBe(
      'cap.full',
    )
    passed(await store.end({ attemptId: first.attempt.id, verdict: success, now: t0 }))
    expect((await store.claim(await claimInput(store, { hostSlots: 1 }))).claimed).toHaveLength(1)
  },

  'a gate that is not passing stops every claim through its lane, and no other': async ({
    store,
  }) => {
    await enqueue(store)
    await store.pin({ lane: 'host:h1', by: 'ann', reason: 'repairs', until: null, now: t0 })
    const stopped = await store.claim(await claimInput(store))
    expect([stopped.claimed, stopped.refused?.code]).toEqual([[], 'gate.pinned'])
    expect(stopped.refused).toMatchObject({
      sentence: expect.stringContaining('host:h1'),
      release: expect.stringContaining('midwatch gate reset host:h1'),
    })
    expect(await store.counts()).toMatchObject({ ready: 1, taken: 0 })
    const elsewhere = await claimInput(store, {
      host: 'h2',
      lanes: ['agent:shell', 'fleet', 'host:h2'],
    })
    expect((await store.claim(elsewhere)).claimed).toHaveLength(1)
  },

  'two processes that claim at once never take the same task': async ({ store, another }) => {
    const stores = [store, await another()]
    for (let i = 0; i < 40; i += 1)
      await enqueue(store, { demand: { ...demand, labels: [`l${i % 3}`] } })
    const input = await claimInput(store, { seeds: seeds(3) })
    const claims = Array.from({ length: 16 }, (_, i) => {
      const host = `h${(i % 2) + 1}`
      return stores[i % 2]?.claim({
        ...input,
        host,
        lanes: ['agent:shell', 'fleet', `host:${host}`],
      })
    })
    const tasks = (await Promise.all(claims))
      .flatMap((result) => result?.claimed ?? [])
      .map((one) => one.task.id)
    expect([tasks.length, new Set(tasks).size]).toEqual([40, 40])
    expect(await store.counts()).toMatchObject({ ready: 0, taken: 40 })
  },

  'claims that share no lane, and a person who holds or settles meanwhile, never get the same task':
    async ({ store, another }) => {
      const other = await another()
      for (let round = 0; round < 15; round += 1) {
        const { id } = await enqueue(store)
        const input = await claimInput(store)
        const [one, two, byPerson] = await Promise.all([
          store.claim({ ...input, agent: 'a1', host: 'h1', lanes: ['agent:a1'] }),
          other.claim({ ...input, agent: 'a2', host: 'h2', lanes: ['agent:a2'] }),
          round % 2 === 0
            ? store.hold({ taskId: id, release: forPerson, now: t0 })
            : other.edit({
                taskId: id,
                demand: { ...demand, agent: `e${round}` },
                by: 'ann',
                now: t0,
              }),
        ])
        const claims = [...one.claimed, ...two.claimed]
        expect(claims.length).toBeLessThanOrEqual(1)
        if (round % 2 === 0) expect(claims.length).toBe(byPerson.ok ? 0 : 1)
        expect(
          (await kindsOf(store, id)).filter((kind) => kind === 'attempt.claimed'),
        ).toHaveLength(claims.length)
        await store.settleByHand({
          taskId: id,
          outcome: 'cancelled',
          by: 'ann',
          reason: '',
          now: t0,
        })
      }
    },

  'two hosts at the cap take turns: it is never passed': async ({ store, another }) => {
    const other = await another()
    for (let i = 0; i < 12; i += 1) await enqueue(store)
    const input = await claimInput(store, { agentSlots: 1 })
    for (let round = 0; round < 12; round += 1) {
      const results = await Promise.all([
        store.claim(input),
        other.claim({ ...input, host: 'h2', lanes: ['agent:shell', 'fleet', 'host:h2'] }),
      ])
      expect(
        results.map((result) => result.refused?.code ?? result.claimed.length).toSorted(),
      ).toEqual([1, 'cap.full'])
      for (const { attempt } of results.flatMap((result) => result.claimed))
        passed(await store.end({ attemptId: attempt.id, verdict: failure, now: t0 }))
    }
  },

  'a renewal prolongs the leases of this host’s unended attempts, and of no other': async ({
    store,
  }) => {
    const own = await taken(store)
    const over = await taken(store)
    passed(await store.end({ attemptId: over.attempt.id, verdict: failure, now: t0 }))
    await enqueue(store)
    const foreign = await claimOne(store, { host: 'h2' })
    expect(await store.renew({ host: 'h1', leaseUntil: t0 + 99_000, now: t0 + 1 })).toEqual({
      renewed: 1,
    })
    const leases = await Promise.all(
      [own, over, foreign].map(async (one) => (await store.attempt(one.attempt.id))?.leaseUntil),
    )
    expect(leases).toEqual([t0 + 99_000, t0 + 60_000, t0 + 60_000])
  },
})
