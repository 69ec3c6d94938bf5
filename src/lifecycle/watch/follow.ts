// Before me: a confirmed attempt. After me: the proven end of its session and everything its ending is judged by.
// I promise: nothing is called over while a process of it lives, every stop names its cause, a session without database is
// heard through its outbox, and one of ours without database is followed on: its limits act, its ending waits.

import type { Clock } from '../../base/clock.ts'
import type { Ending, StreamReader } from '../../drivers/agents/contract.ts'
import type {
  Emptied,
  Launcher,
  SessionExit,
  SessionRef,
  Sighting,
} from '../../drivers/launchers/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Attempt } from '../../model/attempt.ts'
import { type StopWish, stopWish } from './limits.ts'
import type { PulseLimits } from './pulse.ts'
import { type Heard, pulseTaker } from './vitals.ts'
import { playOutbox } from './outbox.ts'
import { quotaTaker } from './quota.ts'
import { createSpool, type Spool, unlessAway, whenThere } from './spool.ts'
import { newCursor, noteOf, readOn } from './stream.ts'

export interface FollowDeps {
  readonly store: Store
  readonly clock: Clock
  readonly launcher: Launcher
  readonly stopGraceMs: number
  readonly pollMs: number
  readonly pulse: PulseLimits
  /** What still waits to be written down of its start; absent where nothing does. */
  readonly spool?: Spool
}

export interface Followed {
  readonly attempt: Attempt
  readonly ref: SessionRef
  readonly reader: StreamReader
  readonly limitMs: number
  /** How long it had run when we began to follow (after a restart), where the launcher does not know better. */
  readonly ranBeforeMs: number
  /** What somebody asked for meanwhile. */
  readonly asked: () => { reason: string; by: string } | null
  /** What it said and reported meanwhile. */
  readonly heard: () => Heard
  /** Whether whoever writes down a good ending finds a wish to stop by itself: then it is not asked for here. */
  readonly wishIsFound?: boolean
}

/** How a followed session came to its end. */
export type SessionEnd =
  | {
      readonly end: 'exited'
      readonly ending: Ending
      readonly exit: SessionExit
      /** Nobody has asked yet whether its stop was wished for: the ending with that. */
      readonly asked?: () => Promise<Ending>
    }
  | { readonly end: 'vanished'; readonly evidence?: string }
  /** We were told to stop following; the session goes on. */
  | { readonly end: 'left' }

/** Follows until the session is over and emptied, or until `signal` aborts. */
export async function follow(
  deps: FollowDeps,
  session: Followed,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const { launcher, clock, stopGraceMs: graceMs } = deps
  const { ref, reader } = session
  const cursor = newCursor()
  const spool = deps.spool ?? createSpool(deps)
  const taker = pulseTaker({ ...deps, store: spool }, ref, reader, session.heard)
  const takeQuota = quotaTaker({ store: spool, clock }, session.attempt)
  let beganMs = clock.monotonicMs()
  let ranBeforeMs: number | null = null
  let stopped: StopWish | null = null
  let unwatched = false
  const ending = async (exit: SessionExit, ranMs: number): Promise<SessionEnd> => {
    const asked = async (): Promise<Ending> => {
      stopped ??= await whenThere(deps, signal, () => askedToStop(deps, session, true))
      const cause = endedInTime(exit, stopped, session.limitMs) ? null : stopped
      return await endingOf(deps, session, exit, cause, exit.ranMs ?? ranMs)
    }
    const isLeft = session.wishIsFound === true && stopped === null && session.asked() === null
    if (!isLeft || !wentWell(exit)) return { end: 'exited', exit, ending: await asked() }
    const unasked = await endingOf(deps, session, exit, null, exit.ranMs ?? ranMs)
    return { end: 'exited', exit, ending: unasked, asked }
  }
  for (;;) {
    const sighting = await launcher.look(ref)
    if (ranBeforeMs === null) {
      const ranMs = sighting.seen === 'running' ? sighting.ranMs : undefined
      ranBeforeMs = ranMs ?? session.ranBeforeMs
      // A look takes its time, and what it answers is as of its end: nothing is counted twice.
      if (ranMs !== undefined) beganMs = clock.monotonicMs()
    }
    const { noticed, more } = await readOn(launcher, ref, cursor, reader)
    const note = noteOf(noticed)
    if (note !== null) await spool.note({ attemptId: ref.attemptId, ...note, now: clock.now() })
    else await spool.flush()
    await takeQuota(noticed)
    const ranMs = ranBeforeMs + clock.monotonicMs() - beganMs
    const over = sighting.seen !== 'running'
    if (over && !more) {
      const played = await unlessAway(false, () => playOutbox(deps, ref).then(() => true))
      if (await clearAway(deps, spool, ref)) {
        if (!(await spool.drained(signal))) return { end: 'left' }
        if (!played) await whenThere(deps, signal, () => playOutbox(deps, ref))
        if (sighting.seen === 'exited') return await ending(sighting.exit, ranMs)
        // Without a wrapper nobody knows how it ended: what ran to the limit may have been a child that it left behind.
        return stopped === null || (unwatched && stopped.cause === 'timeout')
          ? goneWith(sighting)
          : await ending(killedByUs, ranMs)
      }
    }
    if (signal.aborted) return { end: 'left' }
    // What we stop is unwatched from then on by our own doing.
    if (stopped === null) unwatched = sighting.seen === 'running' && sighting.unwatched === true
    // A writer that is faster than we read is stopped all the same; who is over no longer runs into a limit.
    stopped ??=
      (await unlessAway(null, () => askedToStop(deps, session, false))) ??
      (over ? null : await overdue(ranMs, session, () => taker.take(cursor.offset, cursor.spoke)))
    if (stopped !== null && !over)
      await recordStop(deps, spool, ref, await launcher.empty(ref, graceMs), stopped.reason)
    else if (!more) {
      await unlessAway(undefined, () => playOutbox(deps, ref))
      const restMs = over ? deps.pollMs : Math.min(deps.pollMs, session.limitMs - ranMs)
      await launcher.changed(ref, restMs, signal)
    }
  }
}

/** Its time is up, or nothing of it moves. */
const overdue = async (
  ranMs: number,
  { limitMs }: Followed,
  take: () => Promise<StopWish | null>,
): Promise<StopWish | null> => stopWish({ ranMs, limitMs, asked: null }) ?? (await take())

const goneWith = (sighting: Sighting): SessionEnd =>
  sighting.seen === 'vanished' && sighting.evidence !== undefined
    ? { end: 'vanished', evidence: sighting.evidence }
    : { end: 'vanished' }

const wentWell = ({ exitCode, signal, neverExecuted, cause }: SessionExit): boolean =>
  exitCode === 0 && signal === null && !neverExecuted && cause === undefined

/** The clock of exits has hundredths of a second: what ended by our stop may seem to have ended that much before it. */
const exitStepMs = 10

/** Its exit was written late, on a full disk say, and our stop for the limit met what it had left behind. */
const endedInTime = (exit: SessionExit, stopped: StopWish | null, limitMs: number): boolean =>
  stopped?.cause === 'timeout' && exit.ranMs !== undefined && exit.ranMs + exitStepMs <= limitMs

/**
 * What somebody asked for, with its cause: a task that is no longer the attempt's was cancelled or settled. `fresh` asks the
 * store, because whoever empties sessions without us has written down the wish before.
 */
async function askedToStop(
  { store }: FollowDeps,
  { attempt, asked }: Followed,
  fresh: boolean,
): Promise<StopWish | null> {
  const wish = asked() ?? (fresh ? ((await store.attempt(attempt.id))?.stop ?? null) : null)
  if (wish === null) return null
  const task = await store.task(attempt.taskId)
  const holdsTask = task?.state === 'taken' && task.attemptId === attempt.id
  return stopWish({
    ranMs: 0,
    limitMs: Number.POSITIVE_INFINITY,
    asked: { reason: wish.reason, holdsTask },
  })
}

/** A session that we emptied before its wrapper could write its exit mark. */
const killedByUs: SessionExit = {
  exitCode: null,
  signal: 'SIGKILL',
  neverExecuted: false,
  message: '',
}

/** Ends what a session left behind; false while something of it lives on. Its exit mark alone does not make it over. */
async function clearAway(deps: FollowDeps, spool: Spool, ref: SessionRef): Promise<boolean> {
  if ((await deps.launcher.living(ref)).length === 0) return true
  const emptied = await deps.launcher.empty(ref, deps.stopGraceMs)
  await recordStop(deps, spool, ref, emptied)
  return emptied.survivors.length === 0
}

async function recordStop(
  { clock }: FollowDeps,
  spool: Spool,
  ref: SessionRef,
  { signals, survivors }: Emptied,
  why?: string,
): Promise<void> {
  const body = {
    kind: 'attempt.stopped' as const,
    signals: [...signals],
    survivors: survivors.length,
    ...(why !== undefined && { why }),
  }
  await spool.note({ attemptId: ref.attemptId, bodies: [body], now: clock.now() })
}

/** Head and tail kept of each stream, as evidence and for the adapter's judgement. */
const keptBytes = 16 * 1024

async function endingOf(
  deps: FollowDeps,
  { ref, reader }: Followed,
  exit: SessionExit,
  stopped: StopWish | null,
  durationMs: number,
): Promise<Ending> {
  // The launcher's own limit acts only where ours could not.
  const outside =
    exit.cause === 'timeout' && stopped === null
      ? {
          cause: 'timeout' as const,
          reason: exit.evidence ?? 'its launcher’s own time limit ended it',
        }
      : stopped
  const [out, err] = [await ends(deps.launcher, ref, 'out'), await ends(deps.launcher, ref, 'err')]
  return {
    exitCode: exit.exitCode,
    signal: exit.signal,
    stoppedBy: outside?.cause ?? null,
    ...(outside !== null && { stopEvidence: outside.reason }),
    summary: reader.summary(),
    outHead: out.head,
    outTail: out.tail,
    errHead: err.head,
    errTail: err.tail,
    durationMs,
    now: deps.clock.now(),
  }
}

async function ends(launcher: Launcher, ref: SessionRef, stream: 'out' | 'err') {
  const size = await launcher.size(ref, stream)
  if (size === 0) return { head: '', tail: '' }
  const head = (await launcher.read(ref, stream, 0, keptBytes)).toString('utf8')
  if (size <= keptBytes) return { head, tail: head }
  const tail = (await launcher.read(ref, stream, size - keptBytes, keptBytes)).toString('utf8')
  return { head, tail }
}
