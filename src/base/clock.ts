// The only reader of time. Wall time dates things; monotonic time measures durations within one boot.
// Everything that waits, waits here, so that a simulated world can own time.

/** What the rest of the house knows of time. Units are milliseconds throughout. */
export interface Clock {
  /** Wall time, ms since the epoch. May step. */
  now(): number
  /** Monotonic time, ms since an arbitrary point of this boot. Never steps back. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.max(0, ms))
      signal?.addEventListener('abort', done, { once: true })
    }),
}
