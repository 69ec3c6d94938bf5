// A place to make effects in: a store, a host that runs checks as told, holders that live or are gone as told, and a
// world that counts what reached it.

import { systemClock } from '../../src/base/clock.ts'
import type { Channel } from '../../src/drivers/channels/contract.ts'
import type { Standing } from '../../src/drivers/effects/contract.ts'
import type { Store } from '../../src/drivers/store/contract.ts'
import type { Ran } from '../../src/drivers/hosts/contract.ts'
import type { EffectDeps } from '../../src/lifecycle/effects/deps.ts'
import type { Made, PerformLimits } from '../../src/lifecycle/effects/perform.ts'
import type { EffectWant } from '../../src/lifecycle/effects/reserve.ts'
import type { HolderProcess } from '../../src/model/effect.ts'

export const holderProcess = (pid: number): HolderProcess => ({
  host: 'h1',
  bootId: 'boot-1',
  pidSpace: 'pid:[1]',
  pid,
  startTicks: '7',
})

export interface Bench {
  readonly store: Store
  readonly deps: EffectDeps
  /** What reached the world, in order. */
  readonly world: string[]
  /** Pids of holders that are gone. */
  readonly gone: Set<number>
  /** How many processes still make the effect. */
  performing: number
  /** What the next checks answer: an exit code, or why they could not run. */
  readonly checks: (number | string)[]
  readonly asked: string[]
}

export function bench(store: Store, channel: Channel | null = null): Bench {
  const made: Bench = {
    store,
    world: [],
    gone: new Set(),
    performing: 0,
    checks: [],
    asked: [],
    deps: {
      store,
      clock: systemClock,
      host: {
        baseEnv: {},
        runShell: async (command) => {
          made.asked.push(command)
          const next = made.checks.shift() ?? 2
          const ran: Ran =
            typeof next === 'string'
              ? { ran: false, why: next }
              : { ran: true, exitCode: next, signal: null, output: 'as the check says' }
          return ran
        },
      },
      holders: {
        me: () => holderProcess(1),
        caller: () => holderProcess(2),
        standing: (process): Standing => (made.gone.has(process.pid) ? 'gone' : 'lives'),
        performing: () => Array.from({ length: made.performing }, (_, i) => i + 100),
        end: async () => {
          made.performing = 0
          return []
        },
      },
      channel: () => channel,
    },
  }
  return made
}

export const effectWant = (over: Partial<EffectWant> = {}): EffectWant => ({
  key: 'report:1',
  kind: 'command',
  params: { to: 'ann' },
  check: null,
  holder: { attemptId: null, process: holderProcess(1) },
  timeoutMs: 60_000,
  noTwinMs: null,
  by: 'ann',
  ...over,
})

export const limits = (over: Partial<PerformLimits> = {}): PerformLimits => ({
  waitMs: 5_000,
  tries: 1,
  ...over,
})

export const done = (output: string): Made => ({
  did: 'performed',
  result: { output, errors: '', truncated: false, receipt: 'ok' },
})
export const nothing = (why: string, retry: 'soon' | 'never' = 'never'): Made => ({
  did: 'nothing',
  why,
  retry,
  afterMs: 1,
})
