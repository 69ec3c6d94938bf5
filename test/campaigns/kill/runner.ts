// The daemon that is to be killed: the product's own, over a watched store. On file descriptor 3 it says when the wished
// moment has come; who came there stays there until the kill, however late a busy machine brings it, and all others go
// on. Without a moment it works until nothing moves by itself, and ends.

import { writeSync } from 'node:fs'

import { openFleet, startDaemon } from '../../../src/app.ts'
import { type Moment, watchedStore } from './watched-store.ts'

const [dir, midwatch, moment, nth] = process.argv.slice(2) as [
  string,
  string,
  Moment | 'idle',
  string,
]

let left = Number(nth)
async function reached(now: Moment, whole?: Promise<unknown>): Promise<void> {
  if (now !== moment || --left !== 0) return
  await whole
  writeSync(3, 'here\n')
  await new Promise<never>(() => undefined)
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
