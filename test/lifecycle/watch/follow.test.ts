// While the database is away a session is followed on: its limits act, what was noticed waits in its order, and its ending
// keeps the cause that only we know.

import { expect, test } from 'vitest'

import type { Clock } from '../../../src/base/clock.ts'
import { tryAgain } from '../../../src/base/errors.ts'
import type { StreamReader } from '../../../src/drivers/agents/contract.ts'
import type { Launcher } from '../../../src/drivers/launchers/contract.ts'
import type { Store } from '../../../src/drivers/store/contract.ts'
import { follow, type FollowDeps } from '../../../src/lifecycle/watch/follow.ts'
import { createSpool } from '../../../src/lifecycle/watch/spool.ts'
import type { Attempt } from '../../../src/model/attempt.ts'

const ref = { attemptId: 7, nonce: 'n', launch: null }
const attempt = { id: 7, taskId: 3, lanes: [], stop: null } as unknown as Attempt

interface Timing {
  startedAtMs: number
  firstLookMs: number
  exitedAtMs: number
  stepMs: number
  limitMs: number
  goneBytes: number | null
  ranBeforeMs: number
}

type World = ReturnType<typeof worldOf>

const worldOf = (unconfirmed: boolean, more: Partial<Timing>) => ({
  nowMs: 0,
  storeIsAway: unconfirmed,
  endedAtMs: null as number | null,
  hangs: false,
  /** Its program's start, for a launcher that knows it; and how long the first look takes. */
  startedAtMs: null as number | null,
  firstLookMs: 0,
  /** When its exit was recorded to have been, if that was not when it was emptied. */
  exitedAtMs: null as number | null,
  /** Exits are told by a clock of so many milliseconds. */
  stepMs: 1,
  limitMs: 10_000,
  /** It went with its machine before this look, and had printed so much. */
  goneBytes: null as number | null,
  ranBeforeMs: 0,
  ...more,
})

/** A launcher of one session that runs until it is emptied. */
function launcherOf(world: World, clock: Clock): Launcher {
  const exit = { exitCode: null, signal: 'SIGKILL', neverExecuted: false, message: '' }
  const ran = (atMs: number) =>
    world.startedAtMs === null
      ? {}
      : { ranMs: Math.floor((atMs - world.startedAtMs) / world.stepMs) * world.stepMs }
  return {
    async look() {
      world.nowMs += world.firstLookMs
      world.firstLookMs = 0
      const { endedAtMs, exitedAtMs, goneBytes } = world
      if (goneBytes !== null) return { seen: 'vanished', proof: null }
      if (endedAtMs === null) return { seen: 'running', ...ran(world.nowMs) }
      return { seen: 'exited', exit: { ...exit, ...ran(exitedAtMs ?? endedAtMs) } }
    },
    size: async () => world.goneBytes ?? world.nowMs / 1_000,
    read: async (_ref: unknown, _stream: unknown, from: number, most: number) =>
      Buffer.alloc(world.goneBytes === null ? 1 : Math.min(world.goneBytes - from, most), 'x'),
    changed: (_ref: unknown, ms: number) => clock.sleep(ms),
    living: async () => [],
    readOutbox: async () => [],
    async empty() {
      world.endedAtMs ??= world.nowMs
      return { signals: ['SIGTERM'], survivors: [] }
    },
  } as unknown as Launcher
}

/**
 * A session that prints a line a second and ends when it is emptied, beside a store that can be taken away. `unconfirmed`: its
 * start is still to be written down.
 */
function stage(unconfirmed = false, more: Partial<Timing> = {}) {
  const world = worldOf(unconfirmed, more)
  const written: string[] = []
  const answer = async <T>(value: T): Promise<T> => {
    if (world.hangs) return await new Promise<never>(() => {})
    if (world.storeIsAway) throw tryAgain('store.unreachable', 'it is away', 'wait')
    return value
  }
  const store = {
    async note(input: Parameters<Store['note']>[0]) {
      await answer(null)
      const kinds = input.bodies.map(({ kind }) => kind).join('+')
      written.push(`${kinds || 'bare'} of ${input.now / 1_000} s${input.progress ?? ''}`)
      return { ok: true }
    },
    async confirm({ now }: Parameters<Store['confirm']>[0]) {
      await answer(null)
      written.push(`confirmed of ${now / 1_000} s`)
      return { ok: true }
    },
    attempt: () => answer({ stop: null }),
    task: () => answer(null),
  } as unknown as Store
  const clock: Clock = {
    now: () => world.nowMs,
    monotonicMs: () => world.nowMs,
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve))
      if (signal?.aborted !== true) world.nowMs += ms
    },
  }
  const launcher = launcherOf(world, clock)
  let lines = 0
  const reader = {
    feed: () => [{ kind: 'progress', text: ` with line ${++lines}` }],
    summary: () => ({}),
  } as unknown as StreamReader
  const pulse = { silenceMs: null, firstWordMs: null, lingerMs: 60_000 }
  const deps: FollowDeps = { store, clock, launcher, stopGraceMs: 5_000, pollMs: 1_000, pulse }
  const limits = { limitMs: world.limitMs, ranBeforeMs: world.ranBeforeMs }
  const words = { asked: () => null, heard: () => ({ said: false, progressAt: 0 }) }
  const session = { attempt, ref, reader, ...limits, ...words }
  const { signal } = new AbortController()
  const spool = createSpool(deps)
  const proof = { launcher: 'local', pid: 1, startTicks: null, bootId: 'b' }
  if (unconfirmed) void spool.confirm({ attemptId: 7, proof, program: 'shell', now: 0 })
  return { world, written, end: follow({ ...deps, spool }, session, signal) }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

test('the time limit acts while the database is away, and the ending knows it when it is back', async () => {
  const { world, written, end } = stage()
  world.storeIsAway = true
  while (world.endedAtMs === null) await tick()
  expect(world.endedAtMs).toBe(10_000)
  for (let i = 0; i < 50; i++) await tick()
  expect(written).toEqual([])
  world.storeIsAway = false
  expect(await end).toMatchObject({ end: 'exited', ending: { stoppedBy: 'timeout' } })
  expect(written.at(-1)).toBe('attempt.stopped of 10 s with line 10')
  expect(written.length).toBeLessThan(5) // the newest word on its progress stands for all of them
})

test('a session whose start could not be written down has its limits, and its start is told before all else', async () => {
  const { world, written, end } = stage(true)
  while (world.endedAtMs === null) await tick()
  expect([world.endedAtMs, written]).toEqual([10_000, []])
  world.storeIsAway = false
  expect(await end).toMatchObject({ end: 'exited', ending: { stoppedBy: 'timeout' } })
  expect(written[0]).toBe('confirmed of 0 s')
  expect(written.at(-1)).toBe('attempt.stopped of 10 s with line 10')
})

test('a database that does not even refuse keeps no limit from acting', async () => {
  const { world } = stage()
  world.hangs = true
  while (world.endedAtMs === null) await tick()
  expect(world.endedAtMs).toBeLessThanOrEqual(13_000)
})

test('a look that takes its time is not counted as run, and what our stop ended is a timeout', async () => {
  const { end } = stage(false, { startedAtMs: -5_000, firstLookMs: 40 })
  const ended = await end
  expect(ended).toMatchObject({ end: 'exited', ending: { stoppedBy: 'timeout' } })
  expect(ended.end === 'exited' && ended.exit.ranMs).toBeGreaterThanOrEqual(10_000)
})

test('a limit between two hundredths of a second ends as a timeout all the same', async () => {
  const { end } = stage(false, { startedAtMs: 0, stepMs: 10, limitMs: 2_995 })
  expect(await end).toMatchObject({
    end: 'exited',
    exit: { ranMs: 2_990 },
    ending: { stoppedBy: 'timeout' },
  })
})

test('what ended by itself before its limit is no timeout, however late its exit was written', async () => {
  const { end } = stage(false, { startedAtMs: 0, exitedAtMs: 9_980 })
  expect(await end).toMatchObject({
    end: 'exited',
    exit: { ranMs: 9_980 },
    ending: { stoppedBy: null },
  })
})

test('a session that went with its machine did not run into its limit while nobody was there, however much it had printed', async () => {
  const { end, written } = stage(false, { goneBytes: 600 * 1_024, ranBeforeMs: 33 * 60_000 })
  expect(await end).toEqual({ end: 'vanished' })
  expect(written.join()).not.toContain('attempt.stopped')
})
