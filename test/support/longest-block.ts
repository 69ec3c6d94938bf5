// For how long the event loop of a test could not turn.

import { Worker } from 'node:worker_threads'

/**
 * Measures the longest time in which the event loop could not turn; ms. What the whole process stood still for, as under a quota
 * of its control group, is no fault of the loop: a thread beside it tells how long that was.
 */
export function longestBlock(): { stop(): number } {
  const [own, beside] = [new Float64Array(1), new Float64Array(new SharedArrayBuffer(8))]
  const worker = new Worker(`(${gaps})(require('node:worker_threads').workerData)`, {
    eval: true,
    workerData: beside,
  })
  const timer = gaps(own)
  return {
    stop() {
      clearInterval(timer)
      void worker.terminate()
      return (own[0] ?? 0) - (beside[0] ?? 0)
    },
  }
}

/** Keeps the longest gap between two turns in `longest[0]`. Its text runs in the thread, too. */
function gaps(longest: Float64Array): NodeJS.Timeout {
  let last = performance.now()
  return setInterval(() => {
    const now = performance.now()
    longest[0] = Math.max(longest[0] ?? 0, now - last)
    last = now
  }, 1)
}
