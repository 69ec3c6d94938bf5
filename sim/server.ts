// The clock of the database that the hosts of a simulated fleet share, and how a dispatcher knows it: by the same looks as
// over a real server. A host alone has its database on its own disk, and dates everything by its own clock.

import type { Clock } from '../src/base/clock.ts'
import { type ServerTime, serverTime } from '../src/drivers/store/postgres/server-clock.ts'
import { clockOf, type Timeline } from './clock.ts'
import { type Life, type Meddler, mortal } from './mortal.ts'
import { partOf } from './part.ts'
import type { World } from './world.ts'

interface ServerClock {
  /** Server minus world time. */
  offsetMs: number
  /** World time at which it stepped last. */
  steppedMs: number
}

/** The server's clock of a world. */
const serverOf = partOf<World, ServerClock>(() => ({
  offsetMs: 0,
  steppedMs: Number.NEGATIVE_INFINITY,
}))

/** The server's clock steps. Each host learns of it by its own looks. */
export function stepServer(world: World, byMs: number): void {
  const server = serverOf(world)
  server.offsetMs += byMs
  server.steppedMs = world.time.nowMs
}

/** The date that people's commands write. */
export const dateIn = (world: World): number =>
  Math.floor(world.time.nowMs + serverOf(world).offsetMs)

/** How far the clock is off by which everything is dated, sooner or later. */
export const offsetMs = (world: World): number =>
  isShared(world) ? serverOf(world).offsetMs : (world.machines[0]?.timeline.offsetMs ?? 0)

/** The furthest that any clock by which something is dated is off. */
export const furthestMs = (world: World): number => Math.abs(offsetMs(world))

/** How long a host may go on dating by a server's clock as it was before its step: until it reaches it and looks again. */
export const learnsWithinMs = 3_600_000

/** Whether all hosts date alike. */
export const clocksAgree = (world: World): boolean =>
  world.time.nowMs - serverOf(world).steppedMs > learnsWithinMs

/** The clock by which a session's commands date what they write: that of the database where the hosts share one. */
export const sessionClock = (world: World, timeline: Timeline): Clock => {
  const own = clockOf(timeline)
  return isShared(world) ? { ...own, now: () => dateIn(world) } : own
}

const isShared = ({ machines }: World): boolean => machines.length > 1

/** The time of one process as its store tells it, not asked yet; null where it dates by its machine's `own` clock. */
export function sharedTime(
  world: World,
  own: Clock,
  life: Life,
  meddle: Meddler,
): ServerTime | null {
  if (!isShared(world)) return null
  const server = mortal({ ask: async () => dateIn(world) }, life, meddle)
  const time = serverTime(own)
  time.serve(() => server.ask())
  return time
}
