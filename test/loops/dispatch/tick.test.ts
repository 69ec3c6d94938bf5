// What next, and why not the rest: a pure function of the world, in which every refusal names its release.

import { expect, test } from 'vitest'

import { tick, type TickWorld } from '../../../src/loops/dispatch/tick.ts'
import { anyDemand } from '../../support/nouns.ts'

const shell = {
  agent: 'shell',
  takes: ['command' as const],
  tier: 'light',
  roles: [],
  onlyLabels: [],
  slots: 2,
}
const claude = {
  agent: 'claude',
  takes: ['prompt' as const],
  tier: 'standard',
  roles: [],
  onlyLabels: [],
  slots: 1,
}
const world = (changes: Partial<TickWorld> = {}): TickWorld => ({
  host: 'here',
  hostSlots: 4,
  tiers: ['frontier', 'standard', 'light'],
  offers: [shell, claude],
  ready: [{ id: 1, demand: anyDemand }],
  gates: [],
  open: { byAgent: {}, onHost: 0 },
  ...changes,
})

test('an agent is told only the demands it serves, and passes the lanes of agent, fleet and host', () => {
  const { decisions, refusals } = tick(world())
  expect(decisions).toEqual([
    {
      agent: 'shell',
      lanes: ['agent:shell', 'fleet', 'host:here'],
      demandIds: [1],
      agentSlots: 2,
      wish: 2,
    },
  ])
  expect(refusals).toEqual([])
})

test('no agent wishes for more than the host has left, and none keeps its places from the next', () => {
  const both = {
    ready: [
      { id: 1, demand: anyDemand },
      { id: 2, demand: { ...anyDemand, kind: 'prompt' as const } },
    ],
    hostSlots: 2,
  }
  const free = tick(world({ ...both, open: { byAgent: {}, onHost: 1 } }))
  expect(free.decisions.map(({ agent, wish }) => [agent, wish])).toEqual([
    ['shell', 1],
    ['claude', 1],
  ])
  expect(free.refusals).toEqual([])
  const full = tick(world({ ...both, open: { byAgent: {}, onHost: 2 } }))
  expect(full.decisions).toEqual([])
  expect(full.refusals).toMatchObject([
    { subject: 'agent shell', refusal: { code: 'cap.host' } },
    { subject: 'agent claude', refusal: { code: 'cap.host' } },
  ])
})

test('a gate that does not pass stops its lane and no other', () => {
  const gates = [
    {
      lane: 'agent:shell',
      state: 'pinned' as const,
      since: 0,
      until: null,
      by: 'ada',
      reason: 'why',
    },
  ]
  const ready = [
    { id: 1, demand: anyDemand },
    { id: 2, demand: { ...anyDemand, kind: 'prompt' as const } },
  ]
  const { decisions, refusals } = tick(world({ gates, ready }))
  expect(decisions.map(({ agent }) => agent)).toEqual(['claude'])
  expect(refusals).toMatchObject([
    { refusal: { code: 'gate.pinned', release: 'ada: `midwatch gate reset agent:shell`' } },
  ])
})

test('a demand that nobody serves is refused by name, and every refusal has a release', () => {
  const frontier = { ...anyDemand, tier: 'frontier' }
  const { decisions, refusals } = tick(
    world({
      ready: [
        { id: 1, demand: anyDemand },
        { id: 9, demand: frontier },
      ],
      open: { byAgent: { shell: 2 }, onHost: 2 },
    }),
  )
  expect(decisions).toEqual([])
  expect(refusals.map(({ subject, refusal }) => [subject, refusal.code])).toEqual([
    ['agent shell', 'cap.agent'],
    ['demand 9', 'demand.unserved'],
  ])
  for (const { refusal } of refusals) expect(refusal.release).not.toBe('')
})

test('a used-up budget stops all but exempt tasks, and those only at the gates of budgets', () => {
  const prompt = { ...anyDemand, kind: 'prompt' as const }
  const lanes = ['account:team', 'budget:fleet', 'budget:team']
  const pinned = { state: 'pinned' as const, since: 0, until: 9, by: 'budget', reason: 'spent' }
  const spent = world({
    offers: [{ ...claude, lanes }],
    ready: [
      { id: 1, demand: prompt },
      { id: 2, demand: { ...prompt, exempt: true as const } },
    ],
    gates: [{ lane: 'budget:team', ...pinned }],
  })
  const { decisions, refusals, movable } = tick(spent)
  expect(decisions).toMatchObject([
    { demandIds: [2], lanes: ['account:team', 'agent:claude', 'fleet', 'host:here'] },
  ])
  expect(refusals).toMatchObject([{ subject: 'agent claude', refusal: { code: 'gate.pinned' } }])
  expect(movable).toBe(true)
  const shut = tick({ ...spent, gates: [{ lane: 'account:team', ...pinned }, ...spent.gates] })
  expect(shut.decisions).toEqual([])
  expect(shut.movable).toBe(false)
  expect(tick({ ...spent, gates: [] }).decisions).toMatchObject([{ demandIds: [1, 2] }])
})

test('what a lock keeps from being taken is claimed by nobody, holds up nobody, and is told once a reason', () => {
  const locked = { ...anyDemand, locks: ['db'] }
  const heldBy = (name: string) => ({
    code: 'lock.held',
    sentence: `the lock ${name} is held by ann`,
    release: 'its end',
  })
  const calm = { code: 'calm.shut', sentence: 'calm:night@here is not calm', release: 'later' }
  const ready = [1, 2, 3].map((id) => ({ id, demand: locked }))
  const bound = new Map([
    [1, heldBy('db')],
    [2, heldBy('db2')],
    [3, calm],
  ])
  const waiting = tick(world({ ready, bound }))
  expect(waiting.decisions).toEqual([])
  expect(waiting.refusals).toEqual([
    { subject: 'agent shell', refusal: heldBy('db2') },
    { subject: 'agent shell', refusal: calm },
  ])
  expect(waiting.movable).toBe(true)
  const other = tick(world({ ready: [...ready, { id: 4, demand: anyDemand }], bound }))
  expect(other.decisions).toMatchObject([{ agent: 'shell', demandIds: [4] }])
  expect(other.refusals).toEqual([])
  const full = tick(world({ ready, bound, open: { byAgent: { shell: 2 }, onHost: 2 } }))
  expect(full.refusals).toMatchObject([{ refusal: { code: 'cap.agent' } }])
  expect(tick(world({ ready })).decisions).toMatchObject([{ demandIds: [1, 2, 3] }])
})
