// The simulated world's time. Timers stand in one heap and fire in the order of their time, then of their making; between
// two of them everything that can go on without time does. A machine has a timeline of its own: its wall clock may be off
// or step, and while it is suspended nothing of it goes on. Promises: no real time is read, and equal runs are equal.

import type { Clock } from '../src/base/clock.ts'

export interface Timer {
  cancel(): void
}

interface Pending {
  readonly dueMs: number
  readonly order: number
  act: (() => void) | null
}

/** World time and its timers. */
export class Time {
  nowMs: number
  /** How many timers have fired. */
  fired = 0
  #made = 0
  readonly #heap: Pending[] = []

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  /** Calls back at `dueMs` of world time. */
  at(dueMs: number, act: () => void): Timer {
    const pending: Pending = { dueMs: Math.max(dueMs, this.nowMs), order: this.#made++, act }
    push(this.#heap, pending)
    return {
      cancel() {
        pending.act = null
      },
    }
  }

  after(ms: number, act: () => void): Timer {
    return this.at(this.nowMs + Math.max(0, ms), act)
  }

  /** Lets the world go on until `untilMs`, or until `stop` says so. */
  async run(untilMs: number, stop: () => boolean = () => false): Promise<void> {
    await settled()
    for (
      let next = this.#heap[0];
      next !== undefined && next.dueMs <= untilMs;
      next = this.#heap[0]
    ) {
      pop(this.#heap)
      if (next.act === null) continue
      this.nowMs = next.dueMs
      this.fired += 1
      next.act()
      await settled()
      if (stop()) return
    }
    this.nowMs = Math.max(this.nowMs, untilMs)
  }
}

/** Resolves when every promise that can go on has done so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** One machine's time, from boot to boot. */
export class Timeline {
  readonly #time: Time
  readonly #timers = new Map<LocalTimer, Timer | null>()
  #offsetMs = 0
  #driftPpm = 0
  #driftsSinceMs: number
  #bootedMs: number
  #asleepMs = 0
  #asleepSinceMs: number | null = null

  constructor(time: Time) {
    this.#time = time
    this.#bootedMs = time.nowMs
    this.#driftsSinceMs = time.nowMs
  }

  /** Wall clock minus world time. */
  get offsetMs(): number {
    return this.#offsetMs + ((this.#time.nowMs - this.#driftsSinceMs) * this.#driftPpm) / 1e6
  }

  /** The wall clock jumps. */
  step(byMs: number): void {
    this.#offsetMs += byMs
  }

  /** From now on the wall clock gains so many millionths of what passes; 0 for a good one. */
  drift(ppm: number): void {
    this.#offsetMs = this.offsetMs
    this.#driftsSinceMs = this.#time.nowMs
    this.#driftPpm = ppm
  }

  get suspended(): boolean {
    return this.#asleepSinceMs !== null
  }

  now(): number {
    return Math.floor(this.#time.nowMs + this.offsetMs)
  }

  /** Since boot; stands still while suspended. */
  monotonicMs(): number {
    return (this.#asleepSinceMs ?? this.#time.nowMs) - this.#bootedMs - this.#asleepMs
  }

  after(ms: number, act: () => void): Timer {
    const local: LocalTimer = { dueMs: this.monotonicMs() + Math.max(0, ms), act }
    this.#timers.set(local, null)
    if (!this.suspended) this.#arm(local)
    return {
      cancel: () => {
        this.#timers.get(local)?.cancel()
        this.#timers.delete(local)
      },
    }
  }

  suspend(): void {
    if (this.suspended) return
    this.#asleepSinceMs = this.#time.nowMs
    for (const [local, timer] of this.#timers) {
      timer?.cancel()
      this.#timers.set(local, null)
    }
  }

  resume(): void {
    if (this.#asleepSinceMs === null) return
    this.#asleepMs += this.#time.nowMs - this.#asleepSinceMs
    this.#asleepSinceMs = null
    for (const local of [...this.#timers.keys()]) this.#arm(local)
  }

  /** The machine goes down: nothing of it ever fires. */
  halt(): void {
    for (const timer of this.#timers.values()) timer?.cancel()
    this.#timers.clear()
  }

  boot(): void {
    this.halt()
    this.#bootedMs = this.#time.nowMs
    this.#asleepMs = 0
    this.#asleepSinceMs = null
  }

  #arm(local: LocalTimer): void {
    const timer = this.#time.after(local.dueMs - this.monotonicMs(), () => {
      this.#timers.delete(local)
      local.act()
    })
    this.#timers.set(local, timer)
  }
}

interface LocalTimer {
  readonly dueMs: number
  readonly act: () => void
}

/** The clock that programs of a machine read. */
export const clockOf = (timeline: Timeline): Clock => ({
  now: () => timeline.now(),
  monotonicMs: () => timeline.monotonicMs(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        timer.cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = timeline.after(ms, done)
      signal?.addEventListener('abort', done, { once: true })
    }),
})

const isBefore = (a: Pending, b: Pending): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)

function push(heap: Pending[], item: Pending): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above] as Pending
    if (!isBefore(item, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = item
}

function pop(heap: Pending[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Pending, heap[child] as Pending))
      child += 1
    if (!isBefore(heap[child] as Pending, last)) break
    heap[at] = heap[child] as Pending
    at = child
  }
  heap[at] = last
}
