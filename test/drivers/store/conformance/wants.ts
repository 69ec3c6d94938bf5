// The smallest wants, claims and verdicts that the suite speaks of; a test names only what matters to it.

import { assert, present } from '../../../../src/base/assert.ts'
import type { Store } from '../../../../src/drivers/store/contract.ts'
import type {
  ClaimInput,
  Claimed,
  EnqueueInput,
} from '../../../../src/drivers/store/contract/shapes.ts'
import type { LaunchProof } from '../../../../src/model/attempt.ts'
import type { Demand } from '../../../../src/model/demand.ts'
import type { Verdict } from '../../../../src/model/failure.ts'
import type { PersonRelease, Release } from '../../../../src/model/hold.ts'
import type { Fenced } from '../../../../src/model/refusal.ts'
import type { Order, Task } from '../../../../src/model/task.ts'

/** The moment at which every test begins; ms since the epoch. */
export const t0 = 1_800_000_000_000

export const order: Order = {
  run: 'true',
  prompt: null,
  cwd: '/tmp',
  timeoutMs: null,
  verify: null,
  once: false,
}
export const checked: Order = { ...order, verify: 'test -e done' }
export const demand: Demand = {
  kind: 'command',
  agent: 'shell',
  tier: null,
  role: null,
  labels: [],
}
export const proof: LaunchProof = {
  launcher: 'local',
  pid: 4711,
  startTicks: '99',
  bootId: 'boot-1',
}

export const success: Verdict = {
  class: 'success',
  blame: 'nobody',
  exitCode: 0,
  signal: null,
  evidence: 'exit 0',
  resetAt: null,
  neverStarted: false,
}
export const failure: Verdict = {
  ...success,
  class: 'task_failed',
  blame: 'task',
  exitCode: 1,
  evidence: 'exit 1',
}

export const forPerson: PersonRelease = { kind: 'person', question: 'may it?', told: 'ann' }
export const untilTime = (until: number): Release => ({ kind: 'time', until, why: 'not_before' })
export const afterTask = (taskId: number, any = false): Release => ({
  kind: 'after',
  taskId,
  any,
  needsPerson: false,
})

export const want = (over: Partial<EnqueueInput> = {}): EnqueueInput => ({
  title: 'a task',
  priority: 0,
  demand,
  order,
  attemptsMax: 3,
  key: null,
  holds: [],
  againOf: null,
  by: 'ann',
  now: t0,
  ...over,
})

export const enqueue = async (store: Store, over: Partial<EnqueueInput> = {}): Promise<Task> =>
  (await store.enqueue(want(over))).task

/** A claim of one task for the agent `shell` on host `h1`, over every demand that has ready tasks. */
export async function claimInput(
  store: Store,
  over: Partial<ClaimInput> = {},
): Promise<ClaimInput> {
  return {
    agent: 'shell',
    host: 'h1',
    lanes: ['agent:shell', 'fleet', 'host:h1'],
    demandIds: (await store.readyDemands()).map((one) => one.id),
    agentSlots: 100,
    hostSlots: 100,
    seeds: seeds(1),
    configHash: 'c0ffee',
    leaseUntil: t0 + 60_000,
    now: t0,
    ...over,
  }
}

export const seeds = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ nonce: `nonce-${i}`, tokenHash: `token-${i}` }))

/** Claims the best ready task. */
export async function claimOne(store: Store, over: Partial<ClaimInput> = {}): Promise<Claimed> {
  const { claimed } = await store.claim(await claimInput(store, over))
  return present(claimed[0], 'there is something to claim')
}

/** A new task that an attempt holds. */
export async function taken(store: Store, over: Partial<EnqueueInput> = {}): Promise<Claimed> {
  const wanted = await enqueue(store, { priority: 100, ...over })
  const claimed = await claimOne(store)
  assert(claimed.task.id === wanted.id, 'the new task is the best one')
  return claimed
}

/** A new task that settled so. */
export async function settled(
  store: Store,
  outcome: 'done' | 'failed' | 'cancelled',
  over: Partial<EnqueueInput> = {},
) {
  const task = await enqueue(store, over)
  passed(
    await store.settleByHand({
      taskId: task.id,
      outcome,
      by: 'ann',
      reason: '',
      now: over.now ?? t0,
    }),
  )
  return task
}

export const settleArgs = (
  { task, attempt }: Pick<Claimed, 'task' | 'attempt'>,
  outcome: 'done' | 'failed' = 'done',
  now = t0,
) => ({
  taskId: task.id,
  attemptId: attempt.id,
  outcome,
  verified: outcome === 'done' ? false : null,
  by: 'dispatcher',
  reason: 'exit 0',
  now,
})

export const giveBackArgs = (
  { task, attempt }: Pick<Claimed, 'task' | 'attempt'>,
  holds: readonly Release[] = [],
  now = t0,
) => ({
  taskId: task.id,
  attemptId: attempt.id,
  holds,
  charged: true,
  reason: 'it failed',
  now,
})

/** The value of a fenced verb that passed. */
export function passed<T>(result: Fenced<T>): { ok: true } & T {
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}: ${result.refusal.sentence}`)
  return result
}

/** The code of a fenced verb's refusal, which names its release. */
export function refusedCode(result: Fenced<unknown>): string {
  if (result.ok) throw new Error('it was not refused')
  assert(result.refusal.release !== '', 'a refusal names what reopens the way')
  return result.refusal.code
}

/** What happened to a task, oldest first. */
export const kindsOf = async (store: Store, taskId: number): Promise<string[]> =>
  (await store.facts({ taskId, limit: 1_000 })).map((fact) => fact.body.kind)

/** The refusals that were recorded about a task: verb and code. */
export const refusalsOf = async (store: Store, taskId: number): Promise<string[]> =>
  (await store.facts({ taskId, kinds: ['write.refused'], limit: 1_000 })).map(({ body }) =>
    body.kind === 'write.refused' ? `${body.verb} ${body.code}` : '',
  )

export const stateOf = async (store: Store, taskId: number): Promise<string> => {
  const task = await store.task(taskId)
  return task === null
    ? 'missing'
    : task.state === 'settled'
      ? `settled ${task.outcome}`
      : task.state
}
