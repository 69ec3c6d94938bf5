// The processes of one machine as they really are. Pids are given out in turn and come round again soon, so that a pid
// alone never proves who lives. Signals reach who lives; some are deaf to SIGTERM.

export type Signal = 'SIGTERM' | 'SIGKILL'

export interface Process {
  readonly pid: number
  readonly startTicks: string
  readonly what: 'supervisor' | 'daemon' | 'sentinel' | 'wrapper' | 'program' | 'child' | 'stranger'
  /** The attempt whose mark it carries; null for none. */
  readonly attemptId: number | null
  alive: boolean
  /** What it does when signalled. Without an answer SIGTERM is not heard; SIGKILL always ends it. */
  onSignal: ((signal: Signal) => void) | null
  /** CPU time at which it began to do nothing, in ms of its life; null while it works. */
  idleAtMs?: number | null
  /** For the world's own truth: told once, when it has ended, however that was. */
  onEnd: (() => void) | null
}

const pidMax = 4_000

export class ProcessTable {
  readonly #byPid = new Map<number, Process>()
  readonly #ofAttempt = new Map<number, Set<Process>>()
  readonly #ticks: () => number
  #lastPid = 300

  /** `ticks` tells hundredths of a second since boot. */
  constructor(ticks: () => number) {
    this.#ticks = ticks
  }

  spawn(what: Process['what'], attemptId: number | null = null): Process {
    const process: Process = {
      pid: this.#freePid(),
      startTicks: String(Math.floor(this.#ticks())),
      what,
      attemptId,
      alive: true,
      onSignal: null,
      onEnd: null,
    }
    this.#byPid.set(process.pid, process)
    if (attemptId !== null) {
      const own = this.#ofAttempt.get(attemptId) ?? new Set()
      this.#ofAttempt.set(attemptId, own.add(process))
    }
    return process
  }

  /** Ends a process; what it left behind lives on. */
  end(process: Process): void {
    if (!process.alive) return
    process.alive = false
    this.#byPid.delete(process.pid)
    if (process.attemptId !== null) {
      const own = this.#ofAttempt.get(process.attemptId)
      own?.delete(process)
      if (own?.size === 0) this.#ofAttempt.delete(process.attemptId)
    }
    process.onEnd?.()
  }

  signal(process: Process, signal: Signal): void {
    if (!process.alive) return
    if (process.onSignal !== null) process.onSignal(signal)
    else if (signal === 'SIGKILL') this.end(process)
  }

  /** Whether exactly this process lives. */
  lives(pid: number, startTicks: string | null): boolean {
    const found = this.#byPid.get(pid)
    return found !== undefined && (startTicks === null || found.startTicks === startTicks)
  }

  /** Who carries the attempt's mark, in the order of pids. */
  ofAttempt(attemptId: number): readonly Process[] {
    return [...(this.#ofAttempt.get(attemptId) ?? [])].sort((a, b) => a.pid - b.pid)
  }

  /** The attempts of which something lives. */
  livingAttempts(): readonly number[] {
    return [...this.#ofAttempt.keys()]
  }

  /** The machine goes down: everything is gone, and nothing of it hears of that. */
  clear(): void {
    for (const process of this.#byPid.values()) {
      process.alive = false
      process.onEnd?.()
    }
    this.#byPid.clear()
    this.#ofAttempt.clear()
    this.#lastPid = 300
  }

  #freePid(): number {
    do this.#lastPid = this.#lastPid >= pidMax ? 300 : this.#lastPid + 1
    while (this.#byPid.has(this.#lastPid))
    return this.#lastPid
  }
}
