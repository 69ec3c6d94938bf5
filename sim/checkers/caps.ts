// Law: never more attempts at once than an agent, a host and a label have slots, as configured when they were claimed. What
// labels a task has is what its person wanted.

import type { FactBody } from '../../src/model/fact.ts'
import { partOf } from '../part.ts'
import { labelsOf } from '../traits/labelled.ts'
import { wantedAs } from '../wanting.ts'
import type { World } from '../world.ts'
import type { Bench, Checker } from './contract.ts'

/** Attempts under way, by the capped label of their task. */
const openIn = partOf<World, Map<string, Set<number>>>(() => new Map())

export const caps: Checker = {
  law: 'caps are held',
  invariants: [6],
  fact(bench, { taskId, attemptId, body }) {
    if (attemptId === null) return
    if (body.kind === 'attempt.ended')
      for (const open of openIn(bench.world).values()) open.delete(attemptId)
    if (body.kind !== 'attempt.claimed') return
    judgeSlots(bench, taskId, body)
    judgeLabels(bench, taskId, attemptId)
  },
}

function judgeSlots(
  { journal, config, accuse }: Bench,
  taskId: number | null,
  body: FactBody & { kind: 'attempt.claimed' },
): void {
  const versions = [...config.known.values()]
  const hostSlots = Math.max(...versions.map((version) => version.slots))
  const agentSlots = Math.max(
    ...versions.map(
      (version) => version.agents.find((agent) => agent.name === body.agent)?.slots ?? 0,
    ),
  )
  const onHost = (journal.openByHost.get(body.host) ?? 0) + 1
  const ofAgent = (journal.openByAgent.get(body.agent) ?? 0) + 1
  if (onHost > hostSlots)
    accuse(`${body.host} has ${onHost} attempts open, its slots are ${hostSlots}`, taskId)
  if (ofAgent > agentSlots)
    accuse(`${body.agent} has ${ofAgent} attempts open, its slots are ${agentSlots}`, taskId)
}

function judgeLabels({ world, config, accuse }: Bench, taskId: number | null, id: number): void {
  const wanted = wantedAs(world).get(taskId ?? 0)
  for (const label of wanted === undefined ? [] : labelsOf(wanted)) {
    const most = Math.max(
      ...[...config.known.values()].map(
        ({ caps: their }) => their?.labels[label] ?? Number.POSITIVE_INFINITY,
      ),
    )
    if (most === Number.POSITIVE_INFINITY) continue
    const open = openIn(world).get(label) ?? new Set()
    openIn(world).set(label, open.add(id))
    world.truth.count('claim of a capped label')
    if (open.size > most)
      accuse(`${label} has ${open.size} attempts open, its cap is ${most}`, taskId)
  }
}
