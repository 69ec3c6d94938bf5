// Notices that something about a session may have changed: its folder is watched by the kernel, and polled in case the
// kernel has no watch left. What happens between two questions is not missed: the next question is answered at once.

import { type FSWatcher, watch as watchFolder } from 'node:fs'
import type { Clock } from '../../../base/clock.ts'
import type { Sighting } from '../contract.ts'

/** Output of a chatty session wakes no more often than this. */
const outputPauseMs = 50
/** Who wrapper and program are comes in several writes, of which the first proves nothing: so long all of them are awaited. */
const startPauseMs = 2
/** Between two looks while the folder is watched, and while it can't be. */
const watchedPollMs = 1_000
const blindPollMs = 50

/** Watches one session. Not kept alive by, and not keeping alive, anything. */
export class SessionWatch {
  readonly #dir: string
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #watcher: FSWatcher | null = null
  #closed = false
  #happened = 1
  #answered = 0
  #outputPending = false
  #startPending = false
  /** Whether its program was seen to run: what the ticket tells from then on is the end. */
  #isProven = false
  #outputAtMs = -outputPauseMs
  /** The next pause while the program is started but not yet seen executed. */
  #eagerPollMs: number | null = null

  constructor(dir: string, clock: Clock) {
    this.#dir = dir
    this.#clock = clock
    this.#open()
  }

  /** Something happened: whoever waits is woken. */
  note(): void {
    this.#happened++
    for (const wake of this.#waiting) wake()
  }

  /** The caller is about to look; what happened before needs no further look. */
  looking(): void {
    this.#answered = this.#happened
  }

  /** What the last look saw. It is repeated soon while no file tells when the program is executed. */
  saw(sighting: Sighting): void {
    const isRunning = sighting.seen === 'running'
    this.#isProven ||= isRunning && sighting.executed
    if (!isRunning || sighting.executed) this.#eagerPollMs = null
    else this.#eagerPollMs ??= 1
  }

  /** Resolves once something may have changed, after `withinMs`, or on abort. */
  async changed(withinMs: number, signal: AbortSignal): Promise<void> {
    if (this.#happened !== this.#answered) {
      this.#answered = this.#happened
      return
    }
    if (!this.#watcher && this.#open()) return
    // Plain listeners on a signal of our own: a composite one costs more than all else of a look.
    const over = new AbortController()
    const wake = () => over.abort('something happened')
    this.#waiting.add(wake)
    if (signal.aborted) wake()
    signal.addEventListener('abort', wake, { once: true })
    await this.#clock.sleep(Math.min(withinMs, this.#pollMs()), over.signal)
    signal.removeEventListener('abort', wake)
    this.#waiting.delete(wake)
    this.#answered = this.#happened
  }

  close(): void {
    this.#closed = true
    this.#watcher?.close()
    this.#watcher = null
    this.note()
  }

  #pollMs(): number {
    if (this.#eagerPollMs === null) return this.#watcher ? watchedPollMs : blindPollMs
    const pollMs = this.#eagerPollMs
    this.#eagerPollMs = Math.min(blindPollMs, pollMs * 2)
    return pollMs
  }

  /** True when a watch was set just now: what happened before it went unseen. */
  #open(): boolean {
    if (this.#closed) return false
    try {
      this.#watcher = watchFolder(this.#dir, { persistent: false }, (what, name) =>
        this.#event(what, name),
      )
    } catch {
      return false // the folder is not there yet, or the kernel's watches are used up
    }
    this.#watcher.on('error', () => {
      this.#watcher?.close()
      this.#watcher = null
    })
    return true
  }

  #event(what: string, name: string | null): void {
    const isOutput = name === 'out' || name === 'err'
    if (isOutput && what === 'rename') return // made, and empty
    const restMs = this.#outputAtMs + outputPauseMs - this.#clock.monotonicMs()
    if (name === 'ticket' && !this.#isProven) this.#noteStart()
    else if (!isOutput) this.note()
    else if (restMs <= 0) this.#noteOutput()
    else if (!this.#outputPending) {
      this.#outputPending = true
      void this.#clock.sleep(restMs).then(() => this.#noteOutput())
    }
  }

  #noteStart(): void {
    if (this.#startPending) return
    this.#startPending = true
    void this.#clock.sleep(startPauseMs).then(() => {
      this.#startPending = false
      this.note()
    })
  }

  #noteOutput(): void {
    this.#outputPending = false
    this.#outputAtMs = this.#clock.monotonicMs()
    this.note()
  }
}
