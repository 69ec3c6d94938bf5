// Agents as the drawer shows them: what they work on, their streak, why they wait, and what may be done about it.

import { notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { isoTime } from '../../../base/when.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { AgentConfig } from '../../../model/config.ts'
import { agentLane, gateRelease } from '../../../model/gate.ts'
import { present } from '../../../base/assert.ts'
import { laneCans } from '../../can.ts'
import { gateShape } from '../../cli/shapes.ts'
import { factView } from '../facts/shape.ts'
import type { House } from '../house.ts'
import { titlesOf } from './attempts.ts'
import type { Handlers } from './call.ts'
import { type Sight, sightsOf } from './lanes.ts'
import { streakView } from './streak.ts'

const historyMax = 100
const factsMax = 60

export const agentHandlers: Handlers<'listAgents' | 'showAgent'> = {
  listAgents: async ({ house }) => ({
    agents: await agentLines(house, house.current().config.agents),
  }),
  async showAgent({ house, params }) {
    const { agents } = house.current().config
    const found = agents.find((one) => one.name === params.name)
    if (found === undefined)
      throw notFound(
        'agent.missing',
        `no agent is called ${params.name}${didYouMean(
          params.name,
          agents.map(({ name }) => name),
        )}`,
        `one of ${agents.map(({ name }) => name).join(', ')}`,
      )
    const [line] = await agentLines(house, [found])
    const [build, past] = await Promise.all([
      buildView(house, found.name),
      pastOf(house, found.name),
    ])
    return { agent: present(line, 'one agent makes one line'), build, ...past }
  },
}

async function agentLines(house: House, agents: readonly AgentConfig[]) {
  const { offers } = house.current()
  const lanesOf = (name: string) => offers.find((offer) => offer.agent === name)?.lanes ?? []
  const lanes = new Set(agents.flatMap(({ name }) => [agentLane(name), ...lanesOf(name)]))
  const sights = new Map(
    (await sightsOf(house, [...lanes])).map((sight) => [sight.lane.lane, sight]),
  )
  const open = await house.store.unended(null)
  const titles = await titlesOf(house, open)
  return agents.map((agent) => {
    const sight = present(sights.get(agentLane(agent.name)), 'every lane asked for is answered')
    const others = lanesOf(agent.name).flatMap((lane) => sights.get(lane) ?? [])
    const mine = open.filter((attempt) => attempt.agent === agent.name)
    const { gate } = sight
    return {
      name: agent.name,
      adapter: agent.adapter,
      model: agent.model,
      tier: agent.tier,
      roles: [...agent.roles],
      slots: agent.slots,
      busy: mine.length,
      lanes: [agentLane(agent.name), ...lanesOf(agent.name)],
      gate: gateShape(gate),
      otherGates: others
        .filter((one) => one.gate.state !== 'passing')
        .map((one) => gateShape(one.gate)),
      streak: streakView(sight.lane, house.current().config),
      current: mine.map((attempt) => ({
        attempt: attempt.id,
        task: attempt.taskId,
        title: titles.get(attempt.taskId) ?? '',
        since: isoTime(attempt.claimedAt),
        progress: attempt.progress && { ...attempt.progress, at: isoTime(attempt.progress.at) },
        ...pulseOf(house, attempt),
      })),
      ...stateOf(sight, others, mine.length),
      can: laneCans(sight),
    }
  })
}

/** Its pulse: that it lives, by the newest renewal of its lease, and that it gets on, by what it printed last. */
function pulseOf({ clock, outputs, hostName, current }: House, attempt: Attempt) {
  const renewedAt = attempt.leaseUntil - current().config.limits.leaseMs
  const printedAt = attempt.host === hostName ? outputs.printedAt(attempt.id) : null
  return {
    aliveAt: isoTime(Math.min(clock.now(), Math.max(attempt.claimedAt, renewedAt))),
    printedAt: printedAt === null ? null : isoTime(printedAt),
  }
}

/** One word and one sentence: what it does, or why it does nothing. */
function stateOf(
  { gate, streak }: Sight,
  others: readonly Sight[],
  busy: number,
): Pick<
  { state: 'working' | 'idle' | 'probing' | 'shut' | 'paused'; sentence: string },
  'state' | 'sentence'
> {
  if (gate.state !== 'passing') {
    const sentence = `${gate.reason}; ${gateRelease(gate, isoTime)}`
    return { state: gate.state === 'pinned' ? 'paused' : gate.state, sentence }
  }
  const other = others.find((one) => one.gate.state !== 'passing')?.gate
  if (other !== undefined && other.state !== 'passing')
    return {
      state: other.state === 'probing' ? 'probing' : 'shut',
      sentence: `${other.lane}: ${other.reason}; ${gateRelease(other, isoTime)}`,
    }
  if (busy > 0)
    return { state: 'working', sentence: `works on ${busy === 1 ? 'a task' : `${busy} tasks`}` }
  return {
    state: 'idle',
    sentence:
      streak > 0 ? 'waits for a task; its last attempt failed' : 'waits for a task that fits',
  }
}

async function buildView(house: House, agent: string) {
  const seen = await house.buildOf(agent)
  if (seen === null) return null
  const { path, version, trouble, probedAt, options } = seen.build
  return { path, version, trouble, probedAt: isoTime(probedAt), options: options?.length ?? null }
}

/** What its newest attempts came to. */
async function pastOf({ store }: House, agent: string) {
  const attempts = await store.lately({ agent, limit: historyMax })
  const classes: Record<string, number> = {}
  const spend = { costUsd: 0, inputTokens: 0, outputTokens: 0, attempts: attempts.length }
  for (const { verdict, usage } of attempts) {
    if (verdict !== null) classes[verdict.class] = (classes[verdict.class] ?? 0) + 1
    spend.costUsd += usage?.costUsd ?? 0
    spend.inputTokens += usage?.inputTokens ?? 0
    spend.outputTokens += usage?.outputTokens ?? 0
  }
  const ends = attempts
    .filter((attempt) => attempt.endedAt !== null && attempt.verdict !== null)
    .slice(0, factsMax)
    .map((attempt) =>
      factView({
        id: attempt.id,
        at: attempt.endedAt ?? 0,
        taskId: attempt.taskId,
        attemptId: attempt.id,
        body: { kind: 'attempt.ended', ...present(attempt.verdict, 'it was filtered by it') },
      }),
    )
  return { classes, spend, history: ends }
}
