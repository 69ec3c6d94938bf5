// How long it may take, once nothing goes wrong any more, until everything that can be done is done and every gate passes or
// waits for a person or for work. The bound is the longest chain of waits plus the attempts it is made of, computed from the
// limits, the waits of gates, and from what is still wanted.

import { laneRules } from '../src/model/lane-rules.ts'
import type { FleetConfig } from '../src/model/config.ts'
import { formatDuration } from '../src/base/duration.ts'
import type { Plan } from './plan.ts'
import type { PlannedTask } from './planned.ts'
import { stepsOf } from './adding.ts'
import { spreadMs } from './spending.ts'

const cooldownMs = 3_600_000
const jitterShare = 1.1
/** A gate that is shut when the faults end, and once more by what its probe sees: the work's own strange endings. */
const gateRounds = 2
/** What is added to a stated reset, at most. */
const afterResetMs = 30_000
const giveUpMs = 10_000
/** Work, its review, and what both may have to do again before a person is asked. */
const reviewRounds = 4
const isReviewed = ({ traits }: PlannedTask): boolean => traits['reviewed'] !== undefined
/** What a sensor saw at last, what is added there, and what another one saw of it. */
const sensedSteps = 3
/** How often a person looks at what waits for one. */
export const answersEveryMs = 4 * 3_600_000

export interface Bound {
  readonly ms: number
  readonly sentence: string
}

/** The bound for a fleet of `config`, with `stepMs` the furthest any clock is off, for the work of which `isLeft`. */
export function livenessBound(
  plan: Plan,
  config: FleetConfig,
  stepMs: number,
  isLeft: (task: PlannedTask) => boolean,
): Bound {
  const { limits } = config
  const timeoutMs = Math.max(limits.attemptMs, ...plan.tasks.map((task) => task.timeoutMs ?? 0))
  const attemptMs =
    limits.confirmMs +
    timeoutMs +
    2 * (limits.stopGraceMs + giveUpMs) +
    limits.checkMs +
    3 * limits.pollMs
  const waitMs = Math.max(cooldownMs, ...config.backoffMs) * jitterShare
  const budget = Math.max(config.attempts, ...plan.tasks.map((task) => task.attempts ?? 0))
  const lossMs = limits.leaseMs + limits.leaseGraceMs + limits.pollMs
  const notBeforeMs = Math.max(
    0,
    ...plan.tasks.map((task) => (task.notBeforeMs ?? 0) - plan.calmMs),
  )
  const gateMs = longestGateWaitMs(config) * jitterShare
  const resetMs = latestResetMs(plan)
  const chain =
    1 +
    longestChain(plan) +
    stepsOf(plan.tasks) +
    (plan.config.sensing === true ? sensedSteps : 0) +
    (plan.tasks.some(isReviewed) ? reviewRounds : 0)
  // A day of waiting for calm, and then a person: the escape ends every such wait.
  const calmMs = Math.max(0, ...(config.windows ?? []).map((one) => one.maxWaitMs ?? 86_400_000))
  // What a person's own configuration may spend may be too little for what is wanted.
  const moneyMs =
    plan.options.fleet === undefined
      ? spreadMs(config.budget, plan.tasks.filter(isLeft), config.attempts, plan.calmMs)
      : 0
  const money = moneyMs === 0 ? '' : ` + ${formatDuration(moneyMs)} money`
  const ms =
    moneyMs +
    notBeforeMs +
    stepMs +
    lossMs +
    resetMs +
    gateRounds * gateMs +
    chain * (budget * (attemptMs + waitMs) + calmMs + 2 * answersEveryMs)
  const sentence = `${formatDuration(ms)} = ${formatDuration(notBeforeMs + stepMs)} dated + ${formatDuration(lossMs)} loss + ${formatDuration(resetMs)} reset${money} + gate ${gateRounds} × ${formatDuration(gateMs)} + ${chain} × (${budget} × (attempt ${formatDuration(attemptMs)} + wait ${formatDuration(waitMs)}) + calm ${formatDuration(calmMs)} + person 2 × ${formatDuration(answersEveryMs)})`
  return { ms, sentence }
}

/** The longest that a gate ever waits before it is probed: of the rules' rows, and of what agents are configured to. */
function longestGateWaitMs({ agents }: FleetConfig): number {
  const rows = laneRules.flatMap(({ back }) => (back.by === 'person' ? [] : back.waitsMs))
  return Math.max(...rows, ...agents.map((agent) => agent.cooldownMs ?? 0))
}

/** How far beyond the last fault a reset was stated. */
function latestResetMs({ faults, calmMs }: Plan): number {
  const resets = faults.map(({ drawn }) => resetIn(drawn)).filter((atMs) => atMs > calmMs)
  return resets.length === 0 ? 0 : Math.max(...resets) - calmMs + afterResetMs
}

const resetIn = (drawn: object): number =>
  'quota' in drawn ? (drawn.quota as { readonly resetAtMs: number }).resetAtMs : 0

/** Links of the longest chain of `after` among what was wanted within the last day. */
function longestChain(plan: Plan): number {
  const depth = new Map<string, number>()
  let longest = 0
  for (const task of plan.tasks) {
    const own = task.after === null ? 0 : 1 + (depth.get(task.after) ?? 0)
    depth.set(task.ref, own)
    if (task.atMs > plan.calmMs - 86_400_000) longest = Math.max(longest, own)
  }
  return Math.min(longest, 4)
}
