// Takes a session's pulse at each look: what it printed, what it said, and, once it has fallen silent, what CPU its
// processes use. Tells once when it stands still for half of its limit; says when it is to be stopped, and why.

import type { Clock } from '../../base/clock.ts'
import type { StreamReader } from '../../drivers/agents/contract.ts'
import type { Launcher, SessionRef } from '../../drivers/launchers/contract.ts'
import type { StopWish } from './limits.ts'
import type { Spool } from './spool.ts'
import { feel, judgePulse, type Pulse, type PulseLimits, wantsVitals } from './pulse.ts'

/** What the daemon heard of a session beside its output. */
export interface Heard {
  /** It said `done` or `fail`. */
  readonly said: boolean
  /** When it last reported progress, ms since the epoch; 0 for never. */
  readonly progressAt: number
}

export interface PulseTaker {
  /** Looks once; the wish to stop it, or null. */
  take(outBytes: number, spoke: boolean): Promise<StopWish | null>
}

export interface TakerDeps {
  readonly store: Pick<Spool, 'note'>
  readonly clock: Clock
  readonly launcher: Launcher
  readonly pulse: PulseLimits
}

/** How often the error output is asked for its size: it is a file more to look at. */
const errEveryMs = 10_000

export function pulseTaker(
  { store, clock, launcher, pulse: limits }: TakerDeps,
  ref: SessionRef,
  reader: StreamReader,
  heard: () => Heard,
): PulseTaker {
  let pulse: Pulse | null = null
  let warned = false
  let errBytes = 0
  let errAtMs = Number.NEGATIVE_INFINITY
  return {
    async take(outBytes, spoke) {
      const nowMs = clock.monotonicMs()
      if (nowMs - errAtMs >= errEveryMs) {
        errAtMs = nowMs
        errBytes = await launcher.size(ref, 'err')
      }
      const asks = wantsVitals(pulse, nowMs, limits) && launcher.vitals !== undefined
      const vitals = asks ? ((await launcher.vitals?.(ref)) ?? null) : null
      const { said, progressAt } = heard()
      const finished = said || reader.isFinished?.() === true
      const bytes = outBytes + errBytes
      pulse = feel(pulse, { nowMs, bytes, spoke, finished, reported: progressAt, vitals })
      const judged = judgePulse(pulse, limits)
      if (judged.tier === 'well') warned = false
      if (judged.tier === 'warn' && !warned) {
        warned = true
        const body = { kind: 'attempt.quiet' as const, evidence: judged.evidence }
        await store.note({ attemptId: ref.attemptId, bodies: [body], now: clock.now() })
      }
      return judged.tier === 'stop' ? { cause: judged.cause, reason: judged.evidence } : null
    },
  }
}
