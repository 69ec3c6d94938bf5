// Ends every process of a session: SIGTERM, grace, SIGKILL, and looks again until it is proven empty.
// What forks faster than single signals reach it is struck as a whole, and what no signal can end is named.

import type { Clock } from '../../base/clock.ts'
import { lives } from './process.ts'
import { lookUntilSure } from './sure.ts'

/** A process that is to end. The wrapper goes last, so that it can still record how its program died. */
export interface Victim {
  readonly pid: number
  readonly startTicks: string
  /** Its process group if that is wholly the session's; null when it may hold others. */
  readonly group: number | null
  readonly isWrapper: boolean
}

/** How it went. `survivors` are pids that no signal could end. */
export interface Emptied {
  readonly signals: readonly string[]
  readonly survivors: readonly number[]
}

export interface Emptying {
  /** Who lives now. */
  readonly look: () => Promise<readonly Victim[]>
  /** Lets nothing in it fork any more, where that is possible. */
  readonly stopForks: () => void
  /** Ends all of it in one stroke, where that is possible. */
  readonly strike: () => void
  /** Ends what is too short-lived to be seen, but sits in a group that is the session's. */
  readonly strikeUnseen: () => Promise<void>
  readonly clock: Clock
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number
  /** From SIGKILL until we give up. */
  readonly giveUpMs: number
}

/** Rounds of single signals, and their time, before whole groups are struck, the wrapper among them. A killed process
 * takes its time to die on a busy machine; only what forks faster than that is to be struck. */
const singleRounds = 2
const singleMs = 150
/** How long the wrapper may live on alone, to write its last line. */
const wrapperPatienceMs = 2_000

/** Ends them all. Resolves when nothing lives, or after `graceMs + giveUpMs`. */
export async function emptySession(emptying: Emptying): Promise<Emptied> {
  const signals: string[] = []
  let left = await lookUntilSure(emptying.look)
  if (left.length > 0) {
    signals.push('SIGTERM')
    left = await askToEnd(emptying, left)
  }
  if (left.length > 0) {
    signals.push('SIGKILL')
    left = await makeEnd(emptying, left)
  }
  await emptying.strikeUnseen()
  return { signals, survivors: left.map((victim) => victim.pid) }
}

/** Each process is asked once, those that appear meanwhile as well. */
async function askToEnd(emptying: Emptying, first: readonly Victim[]): Promise<readonly Victim[]> {
  const { clock, graceMs } = emptying
  const deadlineMs = clock.monotonicMs() + graceMs
  const asked = new Set<string>()
  let left = first
  for (let pauseMs = 5; left.length > 0; pauseMs = Math.min(100, pauseMs * 2)) {
    for (const victim of left) {
      const name = `${victim.pid}:${victim.startTicks}`
      if (!asked.has(name)) signal(victim, 'SIGTERM')
      asked.add(name)
    }
    const restMs = deadlineMs - clock.monotonicMs()
    if (restMs <= 0) return left
    await clock.sleep(Math.min(pauseMs, restMs))
    left = await lookUntilSure(emptying.look)
  }
  return left
}

async function makeEnd(emptying: Emptying, first: readonly Victim[]): Promise<readonly Victim[]> {
  const { clock, giveUpMs } = emptying
  const beganMs = clock.monotonicMs()
  const deadlineMs = beganMs + giveUpMs
  let aloneSinceMs: number | null = null
  let left = first
  for (let round = 1; left.length > 0 && clock.monotonicMs() < deadlineMs; round++) {
    const others = left.filter((victim) => !victim.isWrapper)
    if (others.length === 0) aloneSinceMs ??= clock.monotonicMs()
    const wrapperToo =
      aloneSinceMs !== null && clock.monotonicMs() - aloneSinceMs > wrapperPatienceMs
    emptying.stopForks()
    const longSince = clock.monotonicMs() - beganMs > singleMs
    if (round > singleRounds && longSince && others.length > 0) {
      emptying.strike()
      for (const group of new Set(others.map((victim) => victim.group))) killGroup(group)
    }
    for (const victim of wrapperToo ? left : others) signal(victim, 'SIGKILL')
    // The first rounds chase what forks; later ones wait for what is slow to die.
    if (round > 5 || others.length === 0) await clock.sleep(Math.min(100, 2 * round))
    left = await lookUntilSure(emptying.look)
  }
  return left
}

/** Signals a process if the pid is still its own. */
function signal(victim: Victim, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!lives(victim.pid, victim.startTicks)) return
  try {
    process.kill(victim.pid, name)
  } catch {
    // It ended in this very moment, or it is not ours to signal: the next look tells.
  }
}

/** Ends a whole process group. Unlike single signals it reaches forks in flight as well. */
export function killGroup(group: number | null): void {
  try {
    if (group !== null && group > 1) process.kill(-group, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
