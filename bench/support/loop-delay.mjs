// Watches the event loop of the process it is loaded into (`node --import`). At SIGUSR2 it writes what it saw since the
// last time to the file that MIDWATCH_BENCH_DELAYS names, as `{"maxMs","p99Ms"}`, and begins anew. Plain JavaScript, so
// that it adds as little as possible to what is measured.

import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const file = process.env['MIDWATCH_BENCH_DELAYS']
const histogram = monitorEventLoopDelay({ resolution: 1 })
histogram.enable()
process.on('SIGUSR2', () => {
  const seen = { maxMs: histogram.max / 1e6, p99Ms: histogram.percentile(99) / 1e6 }
  histogram.reset()
  writeFileSync(`${file}.draft`, JSON.stringify(seen))
  renameSync(`${file}.draft`, file)
})
