// Walks the rooms: adopts what an earlier daemon left, then repairs and claims, level-triggered. Each round reads the world
// as it is; wake-ups only make it look sooner. It keeps no truth of its own.

import { type Service, startService } from '../../base/service.ts'
import type { DispatchDeps } from './deps.ts'
import { attendOpen, emptyLost, recordLosses, type Round, settleEnded, snapshot } from './chores.ts'
import { type ClaimRound, claimRound } from './claim.ts'
import { createGatekeeper, type Gatekeeper } from './gates.ts'
import { type SeenLeases, steppedBy, stillAwake, type Wakefulness } from './losses.ts'
import { createLastLook } from './last-look.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { tendIdleProbes } from './recovered.ts'
import { tendTaskIncidents } from './tend.ts'
import { createSpread, type Spread } from './spread.ts'
import type { tick, TickRefusal } from './tick.ts'
import type { Trouble } from './troubles.ts'
import { createWaker, type Woken } from '../../base/waker.ts'
import { cutShort, type Firing, type TellFiring } from '../../model/mechanism.ts'

export interface Dispatcher extends Service {
  readonly sessions: Sessions
  /** What was refused in the newest round. */
  readonly refusals: () => readonly TickRefusal[]
  /** Whether the newest round saw a ready task that will be taken here without a person's word. */
  readonly movable: () => boolean
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
  let judged: ReturnType<typeof tick> = { decisions: [], refusals: [], movable: true }
  const guarded = guardOf(deps)
  const beat = beatOf(deps)
  const service = startService('dispatch', async (signal) => {
    const lost = lostOnesOf(guarded, () => waker.wake('own'))
    const gates = createGatekeeper({ ...deps, starts: (agent) => startsOf(deps, agent) })
    const round: Round = { ...roundOf(deps, sessions), gates, signal, onEnd: lost.onEnd }
    const unwatch = store.watch(() => waker.wake('outside'), deps.host.name)
    let awake: Wakefulness | null = null
    let woken: Woken = 'outside'
    let choresAtMs = 0
    let failing = false
    const [spread, lastLook] = [createSpread(deps), lastLookOf(deps, sessions)]
    const tend = tending(round, spread)
    const foldInTime = folder(gates, clock, guarded)
    let isCalm = false
    try {
      while (!signal.aborted) {
        beat?.()
        const { limits } = deps.inForce().config
        const nowMs = clock.monotonicMs()
        // A session's end wants the next claim at once; the other chores keep their own pace.
        if (woken !== 'own' || nowMs - choresAtMs >= limits.pollMs) {
          const looked = await lookAtClock(round, guarded, awake, nowMs)
          await renewAfterGap(deps, guarded, awake, looked)
          awake = looked
          choresAtMs = nowMs
          failing = (await guarded('chores', () => tend(woken, looked, nowMs))) !== true
          if (!failing) await lost.end(round)
        }
        const foldedMs = await foldInTime(woken === 'own' && isCalm)
        const seen = woken === 'own' && isCalm && !failing ? lastLook.now() : null
        // Asked beside what the claim is judged by: what becomes due through it wakes the loop anyway.
        const due = seen === null ? guarded('wait', () => untilDue(deps)) : lastLook.leftMs()
        const claimed = await guarded(
          'claim',
          async (): Promise<ClaimRound> =>
            claimRound(round, lost.isDone(), seen ?? (await lastLook.look())),
        )
        if (claimed !== undefined) ({ judged, isCalm } = claimed)
        for (const listener of [...listeners]) listener(claimed?.taken ?? 0)
        lastLook.keep(claimed?.isFilled === true)
        if (seen !== null && claimed?.isFilled !== true) waker.wake('own')
        // What is due and fails would be due again at once: it waits its turn.
        const restMs = failing ? limits.pollMs : ((await due) ?? limits.pollMs)
        woken = await waker.wait(Math.min(restMs, foldedMs), signal)
        if (woken !== 'own') await spread.pause(signal)
      }
      await sessions.drained()
    } finally {
      unwatch()
    }
  })
  return {
    ...service,
    sessions,
    refusals: () => judged.refusals,
    movable: () => judged.movable,
    onRound(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    wake: () => waker.wake('outside'),
  }
}

/**
 * While no gate is on its way, endings of one's own are folded that often: one that may shut a gate holds up the claim until it is
 * folded, and whoever ended it folds it at once.
 */
const foldEveryMs = 200

/** Answers for how long the gates may be left as they are. */
function folder(gates: Gatekeeper, clock: DispatchDeps['clock'], guarded: Guard) {
  let foldedAtMs = Number.NEGATIVE_INFINITY
  return async (mayWait: boolean): Promise<number> => {
    const ageMs = clock.monotonicMs() - foldedAtMs
    if (mayWait && ageMs < foldEveryMs) return foldEveryMs - ageMs
    foldedAtMs = clock.monotonicMs()
    await guarded('gates', () => gates.fold())
    await guarded('tests', () => gates.prove())
    return Number.POSITIVE_INFINITY
  }
}

async function lookAtClock(
  round: Round,
  guarded: Guard,
  awake: Wakefulness | null,
  nowMs: number,
): Promise<Wakefulness> {
  const { clock, inForce } = round.deps
  const wallMs = clock.now()
  await guarded('clock', () => noteStep(round, steppedBy(awake, nowMs, wallMs)))
  return stillAwake(awake, nowMs, wallMs, inForce().config.limits)
}

/**
 * Ends what runs here of attempts that others called lost: once after the open ones are attended, for what ends from then
 * on its own attendance stops; and again when an attendance was dropped, for others may call it lost before it is
 * attended anew.
 */
function lostOnesOf(guarded: Guard, wake: () => void) {
  let isDone = false
  return {
    onEnd(dropped: boolean): void {
      if (dropped) isDone = false
      wake()
    },
    /** Whether all of it is gone: nothing new is taken before. */
    isDone: () => isDone,
    async end(round: Round): Promise<void> {
      if (isDone) return
      isDone = (await guarded('lost', () => emptyLost(round).then(() => true))) === true
    },
  }
}

/** What the configuration says of an agent's failing starts; null where it says nothing. */
function startsOf({ inForce }: DispatchDeps, name: string) {
  const agent = inForce().config.agents.find((one) => one.name === name)
  if (agent?.startsInRow === undefined && agent?.cooldownMs === undefined) return null
  return { inRow: agent.startsInRow ?? 5, cooldownMs: agent.cooldownMs ?? 1_800_000 }
}

const roundOf = (deps: DispatchDeps, sessions: Sessions) => ({
  deps,
  sessions,
  kept: new Set<string>(),
  idleProbes: new Map<string, number>(),
  troubled: new Map<number, Trouble>(),
})

const lastLookOf = (deps: DispatchDeps, sessions: Sessions) =>
  createLastLook(deps, sessions, () => snapshot(deps))

const beatOf = ({ beats, inForce }: DispatchDeps) =>
  beats?.of('dispatch', () => inForce().config.limits.pollMs)

/** A wall clock that steps moves every date we wait for: whoever asks why should find it among the facts. */
async function noteStep({ deps }: Round, byMs: number): Promise<void> {
  if (byMs === 0) return
  const body = { kind: 'clock.stepped' as const, host: deps.host.name, byMs }
  await deps.store.recordFacts({ bodies: [body], now: deps.clock.now() })
}

/** Back from a gap (sleep, a database that was away) it first keeps what it holds. */
async function renewAfterGap(
  { store, clock, host, inForce }: DispatchDeps,
  guarded: Guard,
  before: Wakefulness | null,
  now: Wakefulness,
): Promise<void> {
  if (before === null || now.sinceMs === before.sinceMs) return
  const wallMs = clock.now()
  const leaseUntil = wallMs + inForce().config.limits.leaseMs
  await guarded('renew', () => store.renew({ host: host.name, leaseUntil, now: wallMs }))
}

/**
 * What others tell of may be for a session of ours, or to be claimed. Everything else has a time of its own, however often we are
 * woken: what is due, and once in each poll interval who else is there and whose lease is out.
 */
function tending(round: Round, spread: Spread) {
  let ownTimeMs = Number.NEGATIVE_INFINITY
  let seen: SeenLeases = new Map()
  return async (woken: Woken, awake: Wakefulness, nowMs: number): Promise<true> => {
    const { limits } = round.deps.inForce().config
    const isOwnTime = nowMs - ownTimeMs >= limits.pollMs
    if (isOwnTime) await spread.look()
    await (isOwnTime || woken === 'time' ? chores(round) : attendOpen(round))
    if (!isOwnTime) return true
    seen = await recordLosses(round, awake, seen)
    ownTimeMs = nowMs
    return true
  }
}

async function chores(round: Round): Promise<void> {
  const { store, clock, fired } = round.deps
  await telling(fired, 'time', async () => {
    const { released } = await store.releaseDue({ now: clock.now(), limit: 200 })
    return { had: released, moved: released }
  })
  await telling(fired, 'gates', async () => {
    const { probed } = await round.gates.probe()
    return { had: probed, moved: probed }
  })
  await tendIdleProbes(round.deps, round.idleProbes)
  await attendOpen(round)
  await settleEnded(round)
  await tendTaskIncidents(round)
}

/** Tells what a duty had to do and moved; one that fails had something to do and moved nothing. */
async function telling(
  fired: TellFiring,
  name: string,
  act: () => Promise<Omit<Firing, 'name'>>,
): Promise<void> {
  try {
    fired({ name, ...(await act()) })
  } catch (error) {
    fired(cutShort(name, error))
    throw error
  }
}

/** Until the next hold is due, at most the poll interval: a wall clock that steps is noticed within it. */
async function untilDue(deps: DispatchDeps): Promise<number> {
  const { pollMs } = deps.inForce().config.limits
  const due = await deps.store.nextDue()
  return due === null ? pollMs : Math.max(0, Math.min(pollMs, due - deps.clock.now()))
}

type Guard = <T>(where: string, act: () => Promise<T>) => Promise<T | undefined>

/** One failing chore must not stop the others: it is told once while it stays the same, and tried again. */
function guardOf(deps: DispatchDeps): Guard {
  const troubles = new Map<string, string>()
  return async (where, act) => {
    try {
      const result = await act()
      troubles.delete(where)
      return result
    } catch (error) {
      const trouble = String((error as Error)?.message ?? error)
      if (troubles.get(where) !== trouble) deps.onError(where, error)
      troubles.set(where, trouble)
      return undefined
    }
  }
}
