// A scratch fleet with one agent that runs shell commands, opened as app.ts opens any, and ways to fill it and to wait
// until it is through.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { openFleet } from '../../src/app.ts'
import { OperatingError } from '../../src/base/errors.ts'
import type { Fleet } from '../../src/fleet.ts'
import { enqueue, type Want } from '../../src/lifecycle/intake/enqueue.ts'
import { plainWant } from '../../test/support/plain-want.ts'

export interface ScratchFleet {
  readonly slots: number
  /** Further lines of midwatch.yaml. */
  readonly yaml?: string
}

/** Makes the fleet in `dir` and opens it. */
export async function openScratchFleet(
  dir: string,
  { slots, yaml = '' }: ScratchFleet,
): Promise<Fleet> {
  const text = `slots: ${slots}\nagents:\n  shell:\n    adapter: command\n    slots: ${slots}\n${yaml}`
  writeFileSync(join(dir, 'midwatch.yaml'), text)
  return await openFleet({ dir, env: process.env })
}

/** A want of the agent `shell`, as `midwatch add --run` makes it. */
export const wantOf = (
  title: string,
  run: string,
  cwd: string,
  more: Partial<Want> = {},
): Want => ({ ...plainWant, title, run, cwd, by: 'bench', ...more })

/** Enqueues `count` tasks that run `run` or are otherwise wanted, `together` at a time, and wakes whoever waits. */
export async function fill(
  fleet: Fleet,
  count: number,
  run: string,
  together: number,
  more: Partial<Want> = {},
): Promise<void> {
  const deps = { ...fleet, folder: fleet.host.folder }
  let next = 0
  const hand = async () => {
    while (next < count) {
      next += 1
      await enqueue(deps, wantOf(`bench ${next}`, run, fleet.dir, more))
    }
  }
  await Promise.all(Array.from({ length: together }, hand))
  fleet.store.poke()
}

const lookEveryMs = 20

/** Resolves when no task is unsettled. Throws when that takes longer than `withinMs`, or when one was not done. */
export async function allDone(fleet: Fleet, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const { held, ready, taken, failed, cancelled } = await fleet.store.counts()
    if (failed + cancelled + held > 0)
      throw new Error(`${failed} tasks failed, ${cancelled} were cancelled, ${held} are held`)
    if (ready + taken === 0) return
    if (performance.now() > deadline)
      throw new OperatingError(
        'failed',
        'bench.late',
        `${ready + taken} tasks unsettled after ${withinMs} ms`,
        'look at the daemon',
      )
    await sleep(lookEveryMs)
  }
}
