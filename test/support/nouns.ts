// Nouns of the model for tests of pure judges: each sound as it stands, and changed where a test says so.

import type { AgentConfig, FleetConfig } from '../../src/model/config.ts'
import type { Attempt } from '../../src/model/attempt.ts'
import type { Demand } from '../../src/model/demand.ts'
import { type FailureClass, failureTable, type Verdict } from '../../src/model/failure.ts'
import { defaultLimits } from '../../src/model/limits.ts'
import type { Order, TakenTask } from '../../src/model/task.ts'

export function verdict(name: FailureClass, changes: Partial<Verdict> = {}): Verdict {
  return {
    class: name,
    blame: failureTable[name].blame,
    exitCode: name === 'success' ? 0 : 1,
    signal: null,
    evidence: `seen: ${name}`,
    resetAt: null,
    neverStarted: false,
    ...changes,
  }
}

/** An ended attempt with this verdict, confirmed unless it never started. */
export function ended(given: Verdict | FailureClass, changes: Partial<Attempt> = {}): Attempt {
  const its = typeof given === 'string' ? verdict(given) : given
  return {
    id: 1,
    taskId: 1,
    state: 'ended',
    agent: 'shell',
    host: 'here',
    nonce: 'abcd',
    lanes: ['fleet'],
    leaseUntil: 60_000,
    claimedAt: 0,
    launchedAt: 1,
    confirmedAt: its.neverStarted ? null : 2,
    endedAt: 3,
    launch: null,
    said: null,
    verdict: its,
    usage: null,
    stop: null,
    progress: null,
    ...changes,
  }
}

export const anyDemand: Demand = {
  kind: 'command',
  agent: null,
  tier: null,
  role: null,
  labels: [],
}

export const order = (changes: Partial<Order> = {}): Order => ({
  run: 'true',
  prompt: null,
  cwd: '/',
  timeoutMs: null,
  verify: null,
  once: false,
  ...changes,
})

export const taken = (changes: Partial<TakenTask> = {}): TakenTask => ({
  id: 1,
  title: 'a task',
  priority: 0,
  demand: anyDemand,
  order: order(),
  attemptsMax: 5,
  attempts: 1,
  againOf: null,
  createdAt: 0,
  createdBy: 'ada',
  state: 'taken',
  attemptId: 1,
  ...changes,
})

export const anyAgent: AgentConfig = {
  name: 'shell',
  adapter: 'command',
  model: null,
  tier: 'light',
  roles: [],
  onlyLabels: [],
  slots: 2,
  permissions: 'edit',
  program: null,
  args: null,
  env: {},
  timeoutMs: null,
}

export const fleetConfig = (changes: Partial<FleetConfig> = {}): FleetConfig => ({
  name: 'test',
  store: 'sqlite',
  slots: 4,
  tiers: ['frontier', 'standard', 'light'],
  attempts: 5,
  backoffMs: [30_000, 60_000, 120_000, 300_000, 600_000],
  unchargedMax: 20,
  limits: defaultLimits,
  agents: [anyAgent],
  ...changes,
})
