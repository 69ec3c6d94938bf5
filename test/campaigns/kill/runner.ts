// The daemon that is to be killed: the product's own, over a watched store. At the wished moment it says so on file
// descriptor 3 and lingers there for a few milliseconds. Without a moment it works until nothing moves by itself, and ends.

import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { openFleet, startDaemon } from '../../../src/app.ts'
import { type Moment, watchedStore } from './watched-store.ts'

const lingerMs = 4
const [dir, midwatch, moment, nth] = process.argv.slice(2) as [
  string,
  string,
  Moment | 'idle',
  string,
]

let left = Number(nth)
async function reached(now: Moment): Promise<void> {
  if (now !== moment || --left !== 0) return
  writeSync(3, 'here\n')
  await sleep(lingerMs)
}

const fleet = await openFleet({ dir, env: process.env })
const daemon = await startDaemon(
  { ...fleet, store: watchedStore(fleet.store, reached) },
  { log: (line) => console.error(line), command: [process.execPath, midwatch], env: process.env },
)
if (moment === 'idle') {
  await daemon.untilIdle(new AbortController().signal)
  await daemon.stop()
  await fleet.close()
}
