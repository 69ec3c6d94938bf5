// Walks the rooms: adopts what an earlier daemon left, then repairs and claims, level-triggered. Each round reads the world
// as it is; wake-ups only make it look sooner. It keeps no truth of its own.

import { type Service, startService } from '../../base/service.ts'
import type { DispatchDeps } from './deps.ts'
import {
  attendOpen,
  claimAll,
  emptyLost,
  recordLosses,
  type Round,
  settleEnded,
  snapshot,
} from './duties.ts'
import { createGatekeeper } from './gates.ts'
import { type SeenLeases, steppedBy, stillAwake, type Wakefulness } from './losses.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { tendTaskIncidents } from './tend.ts'
import { tick, type TickRefusal } from './tick.ts'
import { createWaker, type Woken } from '../../base/waker.ts'

export interface Dispatcher extends Service {
  readonly sessions: Sessions
  /** What was refused in the newest round. */
  readonly refusals: () => readonly TickRefusal[]
  /** Calls back after every round, with how many tasks it claimed. Answers the way to stop that. */
  onRound(listener: (claimed: number) => void): () => void
  wake(): void
}

/** Starts dispatching. Stopping takes nothing new and leaves the sessions running. */
export function startDispatcher(deps: DispatchDeps): Dispatcher {
  const { store, clock } = deps
  const sessions = createSessions()
  const waker = createWaker(clock)
  const listeners = new Set<(claimed: number) => void>()
  let refusals: readonly TickRefusal[] = []

  const service = startService('dispatch', async (signal) => {
    const gates = createGatekeeper(deps)
    const round: Round = { deps, sessions, gates, signal, onEnd: () => waker.wake('own') }
    const unwatch = store.watch(() => waker.wake('outside'))
    let awake: Wakefulness | null = null
    let seen: SeenLeases = new Map()
    let cameBack = false
    let woken: Woken = 'outside'
    let dutiesAtMs = 0
    try {
      while (!signal.aborted) {
        const { limits } = deps.inForce().config
        const nowMs = clock.monotonicMs()
        // A session's end wants the next claim at once; the other duties keep their own pace.
        if (woken !== 'own' || nowMs - dutiesAtMs >= limits.pollMs) {
          const wallMs = clock.now()
          await guarded(deps, 'clock', () => noteStep(round, steppedBy(awake, nowMs, wallMs)))
          awake = stillAwake(awake, nowMs, wallMs, limits)
          dutiesAtMs = nowMs
          cameBack ||=
            (await guarded(deps, 'lost', () => emptyLost(round).then(() => true))) ?? false
          const looked = awake
          await guarded(deps, 'duties', async () => {
            await duties(round)
            seen = await recordLosses(round, looked, seen)
          })
        }
        await guarded(deps, 'gates', () => gates.fold())
        const claimed = await guarded(deps, 'claim', async () => {
          const judged = tick(await snapshot(deps))
          refusals = judged.refusals
          return await claimAll(round, judged.decisions)
        })
        for (const listener of [...listeners]) listener(claimed ?? 0)
        woken = await waker.wait(await waitMs(deps), signal)
      }
      await sessions.drained()
    } finally {
      unwatch()
    }
  })
  return {
    ...service,
    sessions,
    refusals: () => refusals,
    onRound(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    wake: () => waker.wake('outside'),
  }
}

/** A wall clock that steps moves every date we wait for: whoever asks why should find it among the facts. */
async function noteStep({ deps }: Round, byMs: number): Promise<void> {
  if (byMs === 0) return
  const body = { kind: 'clock.stepped' as const, host: deps.host.name, byMs }
  await deps.store.recordFacts({ bodies: [body], now: deps.clock.now() })
}

async function duties(round: Round): Promise<void> {
  const { store, clock } = round.deps
  await store.releaseDue({ now: clock.now(), limit: 200 })
  await round.gates.probe()
  await attendOpen(round)
  await settleEnded(round)
  await tendTaskIncidents(round)
}

/** Until the next hold is due, at most the poll interval: a wall clock that steps is noticed within it. */
async function waitMs(deps: DispatchDeps): Promise<number> {
  const { pollMs } = deps.inForce().config.limits
  const due = await guarded(deps, 'wait', () => deps.store.nextDue())
  return due === null || due === undefined
    ? pollMs
    : Math.max(0, Math.min(pollMs, due - deps.clock.now()))
}

/** One failing duty must not stop the others: it is told, and the next round tries again. */
async function guarded<T>(
  deps: DispatchDeps,
  where: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    deps.onError(where, error)
    return undefined
  }
}
