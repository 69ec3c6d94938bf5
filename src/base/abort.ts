// Waiting for a promise no longer than a signal allows, and leaving nothing behind on a signal that lives for months.

/** Resolves when `promise` settles well or `signal` aborts; rejects as `promise` does. Its listener goes with it. */
export function orAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', done, { once: true })
    promise.then(done, (error: unknown) => {
      signal.removeEventListener('abort', done)
      reject(error)
    })
  })
}
