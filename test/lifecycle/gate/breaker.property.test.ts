// What holds of every load and every fault: healthy work shuts nothing, what ends comes back within a bound, and only
// what needs a person waits for one.

import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { FactBody } from '../../../src/model/fact.ts'
import { failureClasses, type FailureClass } from '../../../src/model/failure.ts'
import { incidentOfLosses } from '../../../src/model/incident.ts'
import { laneRules } from '../../../src/model/lane-rules.ts'
import { chanceSeed } from '../../support/chance.ts'
import { claude, plain, Town, type TownAgent } from '../../support/lanes.ts'

const minute = 60_000
const agents: readonly TownAgent[] = [
  claude('ann'),
  claude('bob'),
  claude('cid', { account: 'team', host: 'h2' }),
  claude('codi', { provider: 'openai', cli: 'codex' }),
  plain('shell'),
  plain('make', 'h2'),
]
const anyAgent = fc.constantFrom(...agents)

const healthy: FailureClass[] = [
  'success',
  'task_failed',
  'max_turns',
  'timeout',
  'hollow',
  'context_too_large',
  'content_refused',
  'interrupted',
  'lost',
  'session_conflict',
]
const needPerson = new Set(
  laneRules.filter((rule) => rule.back.by === 'person').map((rule) => rule.class),
)
const passing: FailureClass[] = failureClasses.filter((name) => !needPerson.has(name))

test('under healthy load of any shape no gate ever shuts', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('claim' as const), agent: anyAgent, task: fc.nat(200) }),
    fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(50),
      class: fc.constantFrom(...healthy),
    }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat(90 * minute) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const town = new Town()
      for (const one of steps) {
        if (one.do === 'claim') expect(town.claim(one.agent, one.task)).not.toBeNull()
        else if (one.do === 'pass') town.pass(one.ms)
        else {
          const ids = [...town.running.keys()]
          const id = ids[one.which % Math.max(1, ids.length)]
          if (id !== undefined) town.end(id, one.class)
        }
        town.fold()
        expect(town.outOfOrder()).toEqual([])
      }
    }),
    { numRuns: 150, seed: chanceSeed },
  )
})

test('under healthy load no change of agents, builds or credentials shuts a gate or is an incident', () => {
  const ends = healthy.filter((name) => name !== 'hollow') // a swallowed call proves nothing that is new
  const news = (kind: number, agent: TownAgent): FactBody => {
    const lanes = [`agent:${agent.name}`, ...agent.client]
    const build = { cli: 'claude', host: agent.host, path: '/c', from: '1', to: '2' }
    if (kind === 0) return { kind: 'config.loaded', hash: 'h'.repeat(8), diff: [], lanes }
    if (kind === 1) return { kind: 'cli.changed', ...build, lanes: ['cli:claude', ...lanes] }
    const lane = agent.client.find((one) => one.startsWith('account:')) ?? 'account:none'
    return { kind: 'credential.seen', lane, host: agent.host, print: `print ${kind}` }
  }
  const step = fc.oneof(
    fc.record({
      do: fc.constant('run' as const),
      agent: anyAgent,
      class: fc.constantFrom(...ends),
    }),
    fc.record({ do: fc.constant('news' as const), agent: anyAgent, kind: fc.nat(4) }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat(90 * minute) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const town = new Town()
      for (const [task, one] of steps.entries()) {
        if (one.do === 'run') expect(town.run(one.agent, task, one.class)).toBe(true)
        else if (one.do === 'pass') town.pass(one.ms)
        else town.world(news(one.kind, one.agent))
        town.fold()
        const states = town.outOfOrder().map((lane) => town.gate(lane).state)
        expect(states.every((state) => state === 'probing')).toBe(true)
        // Several losses on one host within a minute are news of that host, whatever changed.
        const told = town.incidents.filter((move) => move.do === 'open')
        expect(told.filter(({ key }) => !agents.some(ofLosses(key)))).toEqual([])
      }
    }),
    { numRuns: 150, seed: chanceSeed },
  )
})

const ofLosses =
  (key: string) =>
  ({ host }: TownAgent): boolean =>
    key === incidentOfLosses(`host:${host}`)

/** Longest wait of the table with its jitter, and the minute in which somebody looks. */
const boundMs = 240 * minute * 1.1 + 5 * minute

test('under any fault that ends by itself every gate passes again within a bound, and nobody is needed', () => {
  const trouble = fc.record({
    of: fc.constantFrom(...agents.map((agent) => agent.name), 'h1', 'h2', 'anthropic', 'all'),
    class: fc.constantFrom(...passing),
    fromMin: fc.nat(600),
    forMin: fc.nat(720),
  })
  fc.assert(
    fc.property(
      fc.array(trouble, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (troubles, chance) => {
        const town = new Town(() => chance.next().value ?? 0.5)
        const endMin = Math.max(...troubles.map((one) => one.fromMin + one.forMin))
        const lastMin = endMin + Math.ceil(boundMs / minute) + 15
        let task = 0
        for (let min = 0; min <= lastMin; min += 5) {
          for (const agent of agents) {
            const hit = troubles.find((one) => isHit(one, agent, min))
            town.run(agent, task++, hit?.class ?? 'success')
          }
          expect(pinned(town)).toEqual([])
          town.pass(5 * minute)
        }
        expect(town.outOfOrder()).toEqual([])
      },
    ),
    { numRuns: 40, seed: chanceSeed },
  )
})

test('pinned by the house only in classes that need a person, each lane with one incident', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(anyAgent, fc.nat(9), fc.constantFrom(...failureClasses), fc.nat(50 * minute)),
        { maxLength: 80 },
      ),
      (runs) => {
        const town = new Town()
        for (const [agent, task, name, ms] of runs) {
          town.run(agent, task, name)
          for (const lane of pinned(town)) {
            expect(needPerson).toContain(town.lane(lane).memory.shutBy)
            const opened = town.incidents.filter(
              (move) => move.do === 'open' && move.key === `gate:${lane}`,
            )
            expect(opened.every((move) => move.do === 'open' && move.reopenMs > 0)).toBe(true)
          }
          town.pass(ms)
        }
      },
    ),
    { numRuns: 150, seed: chanceSeed },
  )
})

const pinned = (town: Town): string[] =>
  town.outOfOrder().filter((lane) => town.gate(lane).state === 'pinned')

function isHit(
  trouble: { of: string; fromMin: number; forMin: number },
  agent: TownAgent,
  min: number,
): boolean {
  if (min < trouble.fromMin || min >= trouble.fromMin + trouble.forMin) return false
  return (
    ['all', agent.name, agent.host].includes(trouble.of) ||
    agent.client.includes(`provider:${trouble.of}`)
  )
}
