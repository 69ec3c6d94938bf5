// What a claim and a tick cost when there is much history and a long line: a million settled tasks and a hundred
// thousand ready ones against a thousand ready ones, on both drivers; and a claim past ready tasks that the agent may
// not take. The databases lie in memory, so that no disk hides a difference; the two take turns.

import { systemClock } from '../src/base/clock.ts'
import { hostname } from 'node:os'

import { assert } from '../src/base/assert.ts'
import type { Store } from '../src/drivers/store/contract.ts'
import { snapshot } from '../src/loops/dispatch/chores.ts'
import { lanesOf, tick } from '../src/loops/dispatch/tick.ts'
import { defaultLimits } from '../src/model/limits.ts'
import type { Size } from './support/big-database.ts'
import { type Databases, onBothDrivers } from './support/databases.ts'
import { median } from './support/numbers.ts'
import { progress, report } from './support/report.ts'
import { atMost, type Row, told } from './support/table.ts'

const floor = 1.3
const turns = 300
const host = hostname()
const none = { tasks: 0, demands: 0 }
const small: Size = { settled: 0, ready: 1_000, others: none, cwd: '/tmp' }
const big: Size = { settled: 1_000_000, ready: 100_000, others: none, cwd: '/tmp' }
const mixed: Size = {
  settled: 0,
  ready: 1_000,
  others: { tasks: 99_000, demands: 99 },
  cwd: '/tmp',
}

/** One claim of one task; what it did is undone outside the time that is taken. */
async function claimMs(store: Store, demandIds: readonly number[]): Promise<number> {
  const now = Date.now()
  const agent = 'shell'
  const began = performance.now()
  const { claimed } = await store.claim({
    agent,
    host,
    lanes: lanesOf(agent, host),
    demandIds,
    agentSlots: 8,
    hostSlots: 8,
    seeds: [{ nonce: 'n', tokenHash: 'h' }],
    configHash: 'c',
    leaseUntil: now + 60_000,
    now,
  })
  const tookMs = performance.now() - began
  const [one] = claimed
  assert(one !== undefined, 'there is a task to claim')
  const verdict = {
    class: 'interrupted',
    blame: 'operator',
    exitCode: null,
    signal: null,
    evidence: '',
    resetAt: null,
    neverStarted: true,
  } as const
  await store.end({ attemptId: one.attempt.id, verdict, now })
  await store.giveBack({
    taskId: one.task.id,
    attemptId: one.attempt.id,
    holds: [],
    charged: false,
    reason: 'bench',
    now,
  })
  return tookMs
}

async function tickMs(store: Store): Promise<number> {
  const offer = {
    agent: 'shell',
    takes: ['command'],
    tier: 'light',
    roles: [],
    onlyLabels: [],
    slots: 8,
  } as const
  const config = {
    name: 'bench',
    store: '',
    slots: 8,
    tiers: ['light'],
    attempts: 5,
    backoffMs: [],
    unchargedMax: 20,
    limits: defaultLimits,
    agents: [],
  }
  const inForce = () => ({ config, configHash: 'c', offers: [offer] })
  const began = performance.now()
  const { decisions } = tick(
    await snapshot({ store, clock: systemClock, host: { name: host } as never, inForce }),
  )
  const tookMs = performance.now() - began
  assert(decisions.length === 1, 'the tick decides to claim')
  return tookMs
}

/** Medians of both, taken in turns. */
async function compare(
  act: (store: Store) => Promise<number>,
  one: Store,
  other: Store,
): Promise<[number, number]> {
  const samples: [number[], number[]] = [[], []]
  for (let turn = -20; turn < turns; turn++) {
    // Whoever comes second finds the server and the processor awake: each is that every other time.
    const isTurned = turn % 2 === 0
    const first = await act(isTurned ? other : one)
    const second = await act(isTurned ? one : other)
    if (turn < 0) continue // warms up
    samples[0].push(isTurned ? second : first)
    samples[1].push(isTurned ? first : second)
  }
  return [median(samples[0]), median(samples[1])]
}

const ms = (value: number): string => `${value.toFixed(2)} ms`

async function measureDriver(databases: Databases): Promise<Row[]> {
  const { driver } = databases
  progress(`${driver}: filling`)
  const stores = [
    await databases.open(small),
    await databases.open(big),
    await databases.open(mixed),
  ] as const
  const [few, many, others] = stores
  try {
    const mine = [(await few.readyDemands())[0]?.id ?? 0]
    progress(`${driver}: measuring`)
    const claims = await compare((store) => claimMs(store, mine), many, few)
    const ticks = await compare(tickMs, many, few)
    const past = await compare((store) => claimMs(store, mine), others, few)
    const crowd = await compare(tickMs, others, few)
    const size = '1 M settled, 100 k ready'
    return [
      atMost(
        `${driver}: claim at ${size}`,
        floor,
        claims[0] / claims[1],
        ms(claims[0]),
        `1 k ready ${ms(claims[1])}`,
      ),
      atMost(
        `${driver}: tick at ${size}`,
        floor,
        ticks[0] / ticks[1],
        ms(ticks[0]),
        `1 k ready ${ms(ticks[1])}`,
      ),
      atMost(
        `${driver}: claim past 99 % it may not take`,
        floor,
        past[0] / past[1],
        ms(past[0]),
        `without ${ms(past[1])}`,
      ),
      told(
        `${driver}: tick over 100 demands`,
        ms(crowd[0]),
        `1 demand ${ms(crowd[1])}`,
        (crowd[0] / crowd[1]).toFixed(2),
      ),
    ]
  } finally {
    for (const store of stores) await store.close()
    await databases.stop()
  }
}

export const measure = (): Promise<readonly Row[]> => onBothDrivers('claim and tick', measureDriver)

if (import.meta.main) await report(measure)
