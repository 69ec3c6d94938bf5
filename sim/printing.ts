// Sessions that print without end, in a share of the worlds: what each of their streams takes of its machine's disk, and the
// trimmer of such a machine, which gives the middle of a stream back as the real one does.

import type { OutputStream, Trimmer } from '../src/drivers/outputs/contract.ts'
import type { Machine } from './machine.ts'
import { partOf } from './part.ts'
import { assistant } from './programs/claude-lines.ts'
import type { Session } from './session.ts'
import type { World } from './world.ts'

/** What each stream may take; null in a world that prints little. */
export const printingIn = partOf<World, { outputBytes: number | null }>(() => ({
  outputBytes: null,
}))

const everyMs = 10_000
const atOnceBytes = 4_096
const headBytes = 4_096
/** How much one stream grows in a minute. */
export const printedPerMinute = (60_000 / everyMs) * (atOnceBytes + 512)

/** Prints on for as long as it works, where its world has such sessions and it is one. */
export function printAlong(session: Session): void {
  if (printingIn(session.world).outputBytes === null) return
  const chance = session.chance.split('prints')
  if (!chance.happens(0.4)) return
  const isClient = session.task.kind === 'prompt'
  const stream = isClient || chance.happens(0.5) ? 'out' : 'err'
  const words = `${'on and on '.repeat(atOnceBytes / 10)}\n`
  const print = () => {
    if (session.started.program.idleAtMs != null) return
    session[stream](isClient ? assistant(session.sessionId, words) : words)
    session.after(everyMs, print)
  }
  session.after(everyMs, print)
}

interface Hole {
  readonly from: number
  readonly to: number
}

/** What was given back of each stream. */
const holesOn = partOf<Machine, Map<string, Hole>>(() => new Map())

/** How many bytes of the disk a stream takes. */
export function takenBytes(machine: Machine, attemptId: number, stream: OutputStream): number {
  const size = machine.files.get(attemptId)?.[stream].length ?? 0
  const { from, to } = holeIn(machine, attemptId, stream, size)
  return size - (to - from)
}

/** None in a file that is younger than its hole: its machine lost power. */
function holeIn(machine: Machine, attemptId: number, stream: OutputStream, size: number): Hole {
  const hole = holesOn(machine).get(`${attemptId} ${stream}`)
  return hole === undefined || hole.to > size ? { from: headBytes, to: headBytes } : hole
}

export const simulatedTrimmer = (world: World, machine: Machine): Trimmer => ({
  async trim(attemptId, maxBytes) {
    let freed = 0
    for (const stream of ['out', 'err'] as const)
      if (takenBytes(machine, attemptId, stream) > maxBytes)
        freed += trimStream(machine, attemptId, stream, maxBytes)
    if (freed > 0) world.truth.count('output given back')
    return freed
  },
})

/** Zeros stand where the bytes were, and every other byte where it stood. */
function trimStream(
  machine: Machine,
  attemptId: number,
  stream: OutputStream,
  maxBytes: number,
): number {
  const files = machine.filesOf(attemptId)
  const bytes = Buffer.from(files[stream])
  const before = holeIn(machine, attemptId, stream, bytes.length)
  const to = Math.floor(bytes.length - maxBytes / 2)
  if (to <= before.to) return 0
  bytes.fill(0, before.to, to)
  files[stream] = bytes
  holesOn(machine).set(`${attemptId} ${stream}`, { from: before.from, to })
  return to - before.to
}
