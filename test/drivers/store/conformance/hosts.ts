// Hosts and incidents: one daemon per host, one incident per problem.

import { expect } from 'vitest'

import type { HostRow } from '../../../../src/drivers/store/contract/shapes.ts'
import { conformance } from './world.ts'
import { failure, passed, refusedCode, t0, taken } from './wants.ts'

const row: HostRow = {
  name: 'h1',
  bootId: 'b1',
  pid: 10,
  startTicks: '5',
  pulseAt: t0,
  running: true,
}
/** Before its first pulse a host has said nothing of itself. */
const seen = { ...row, slots: null, labels: [], behindMs: null }
const enter = (over: Partial<HostRow>, alive: boolean, now = t0) => ({
  ...row,
  ...over,
  holderAlive: () => alive,
  now,
})

export const hosting = conformance('hosts and incidents', {
  'a daemon enters, pulses and leaves': async ({ store }) => {
    passed(await store.enterHost(enter({}, true)))
    expect(await store.hosts()).toEqual([seen])
    await store.pulseHost({ name: 'h1', pid: 10, now: t0 + 5 })
    expect(await store.hosts()).toEqual([{ ...seen, pulseAt: t0 + 5 }])
    await store.leaveHost({ name: 'h1', pid: 10, now: t0 + 6 })
    expect(await store.hosts()).toEqual([{ ...seen, pulseAt: t0 + 6, running: false }])
  },

  'a pulse says what the host bears, and what it does not say stays': async ({ store }) => {
    passed(await store.enterHost(enter({}, true)))
    await store.pulseHost({
      ...{ name: 'h1', pid: 10, now: t0 },
      ...{ slots: 3, labels: ['gpu'], behindMs: -600_000 },
    })
    await store.pulseHost({ name: 'h1', pid: 10, now: t0 })
    await store.pulseHost({ name: 'h1', pid: 11, slots: 9, now: t0 })
    expect(await store.hosts()).toMatchObject([{ slots: 3, labels: ['gpu'], behindMs: -600_000 }])
  },

  'what lanes remember and how attempts ended lately is told by name': async ({ store }) => {
    const [unheard] = await store.lanes(['agent:nobody'])
    expect(unheard).toMatchObject({ gate: { state: 'passing' }, memory: { streak: [], wait: 0 } })
    const one = await taken(store)
    passed(await store.end({ attemptId: one.attempt.id, verdict: failure, now: t0 }))
    await taken(store)
    const ids = async (input: { agent?: string; host?: string }) =>
      (await store.lately({ ...input, limit: 9 })).map((attempt) => attempt.id)
    expect(await ids({ agent: 'shell' })).toEqual([one.attempt.id])
    expect(await ids({ host: 'h1' })).toEqual([one.attempt.id])
    expect(await ids({ agent: 'claude' })).toEqual([])
  },

  'a second daemon is refused while the first one lives, and that is recorded': async ({
    store,
  }) => {
    passed(await store.enterHost(enter({}, true)))
    const asked: HostRow[] = []
    const second = await store.enterHost({
      ...enter({ pid: 11 }, true),
      holderAlive: (holder) => asked.push(holder) > 0,
    })
    expect([refusedCode(second), asked]).toEqual(['daemon.second', [seen]])
    expect(await store.hosts()).toEqual([seen])
    expect((await store.facts({ limit: 9 })).map((fact) => fact.body)).toMatchObject([
      { kind: 'write.refused', verb: 'enterHost', code: 'daemon.second' },
    ])
    passed(await store.enterHost(enter({ name: 'h2', pid: 11 }, true)))
  },

  'a dead or departed daemon is replaced, and its late pulse is not heard': async ({ store }) => {
    passed(await store.enterHost(enter({}, true)))
    passed(await store.enterHost(enter({ pid: 11 }, false, t0 + 1)))
    expect(await store.hosts()).toMatchObject([{ pid: 11, pulseAt: t0 + 1 }])
    await store.pulseHost({ name: 'h1', pid: 10, now: t0 + 9 })
    await store.leaveHost({ name: 'h1', pid: 10, now: t0 + 9 })
    expect(await store.hosts()).toMatchObject([{ pid: 11, pulseAt: t0 + 1, running: true }])
    await store.leaveHost({ name: 'h1', pid: 11, now: t0 + 2 })
    passed(await store.enterHost(enter({ pid: 12 }, true, t0 + 3)))
    expect(await store.hosts()).toMatchObject([{ pid: 12, running: true }])
  },

  'of two daemons that enter a new host at once, one is refused': async ({ store, another }) => {
    const other = await another()
    for (let round = 0; round < 10; round += 1) {
      const name = `host ${round}`
      const entered = await Promise.all([
        store.enterHost(enter({ name, pid: 10 }, true)),
        other.enterHost(enter({ name, pid: 11 }, true)),
      ])
      expect(entered.filter((one) => one.ok)).toHaveLength(1)
    }
  },

  'an incident is opened once, counted, and resolved once': async ({ store }) => {
    const incident = { key: 'disk', title: 'the disk is full' }
    expect(await store.openIncident({ ...incident, now: t0 })).toEqual({ opened: true })
    expect(await store.openIncident({ ...incident, now: t0 + 1 })).toEqual({ opened: false })
    expect(await store.incidents({ openOnly: true, limit: 9 })).toMatchObject([
      { ...incident, openedAt: t0, lastAt: t0 + 1, count: 2, resolvedAt: null },
    ])
    for (const now of [t0 + 2, t0 + 3]) await store.resolveIncident({ key: 'disk', by: 'ann', now })
    expect(await store.incidents({ openOnly: true, limit: 9 })).toEqual([])
    expect(await store.openIncident({ ...incident, now: t0 + 4 })).toEqual({ opened: true })
    expect(
      (await store.incidents({ openOnly: false, limit: 9 })).map((one) => one.resolvedAt),
    ).toEqual([null, t0 + 2])
    expect((await store.facts({ limit: 9 })).map((fact) => fact.body.kind)).toEqual([
      'incident.opened',
      'incident.resolved',
      'incident.opened',
    ])
  },

  'a problem that two hosts see at once is one incident': async ({ store, another }) => {
    const stores = [store, await another()]
    for (let round = 0; round < 8; round += 1) {
      const seen = { key: `problem ${round}`, title: 'x', now: t0 }
      const opened = await Promise.all([...stores, ...stores].map((one) => one.openIncident(seen)))
      expect(opened.filter((one) => one.opened)).toHaveLength(1)
      expect((await store.incidents({ openOnly: true, limit: 1 }))[0]).toMatchObject({
        key: seen.key,
        count: 4,
      })
    }
  },

  'facts that concern no task are recorded too': async ({ store }) => {
    await store.recordFacts({
      bodies: [
        { kind: 'daemon.started', host: 'h1', pid: 1, version: '1' },
        { kind: 'config.refused', error: 'x' },
      ],
      now: t0,
    })
    expect(await store.facts({ limit: 9 })).toMatchObject([
      { at: t0, taskId: null, attemptId: null, body: { kind: 'daemon.started' } },
      { at: t0, taskId: null, attemptId: null, body: { kind: 'config.refused' } },
    ])
  },
})
