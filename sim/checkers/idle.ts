// Law: no work and work that waits are not called broken machinery. While nothing was ready for two looks, or a person kept the
// whole fleet from starting for as long, no post-condition about starts is broken.

import { fleetLane } from '../../src/model/gate.ts'
import { partOf } from '../part.ts'
import type { Checker } from './contract.ts'
import type { Journal } from './journal.ts'

interface Rest {
  /** Tasks that are ready. */
  readonly ready: Set<number>
  /** Since when none was, and since when the fleet is pinned, in world time of the look before; null while that is not so. */
  emptyMs: number | null
  pinnedMs: number | null
  isPinned: boolean
}

const restIn = partOf<Journal, Rest>(() => ({
  ready: new Set(),
  emptyMs: null,
  pinnedMs: null,
  isPinned: false,
}))

const longMs = 15 * 60_000
/** What has to do with starts. */
const aboutStarts: ReadonlySet<string> = new Set(['expect:started', 'expect:dispatched'])

export const idle: Checker = {
  law: 'what waits is not called broken',
  invariants: [33],
  fact({ world, journal, accuse }, { taskId, body }) {
    const rest = restIn(journal)
    if (taskId !== null) follow(rest, taskId, body)
    if (body.kind === 'gate.pinned' && body.lane === fleetLane) rest.isPinned = true
    if (body.kind === 'gate.reset' && body.lane === fleetLane) {
      rest.isPinned = false
      rest.pinnedMs = null
    }
    const isOpened = body.kind === 'incident.opened' || body.kind === 'incident.reopened'
    if (!isOpened || !aboutStarts.has(body.key)) return
    world.truth.count('called broken')
    const nowMs = world.time.nowMs
    if (rest.emptyMs !== null && nowMs - rest.emptyMs > longMs)
      accuse(`${body.key} was opened, and no task was ready for long: ${body.title}`)
    if (rest.pinnedMs !== null && nowMs - rest.pinnedMs > longMs)
      accuse(`${body.key} was opened, and the fleet is kept from starting: ${body.title}`)
  },
  look({ world, journal }) {
    const rest = restIn(journal)
    rest.emptyMs = rest.ready.size === 0 ? (rest.emptyMs ?? world.time.nowMs) : null
    rest.pinnedMs = rest.isPinned ? (rest.pinnedMs ?? world.time.nowMs) : null
  },
}

function follow(rest: Rest, taskId: number, body: { readonly kind: string }): void {
  const isReady =
    body.kind === 'task.ready' ||
    (body.kind === 'task.enqueued' && 'state' in body && body.state === 'ready')
  if (isReady) {
    rest.ready.add(taskId)
    rest.emptyMs = null
  } else if (body.kind === 'attempt.claimed' || body.kind === 'task.held') rest.ready.delete(taskId)
  else if (body.kind === 'task.settled') rest.ready.delete(taskId)
}
