// Law: from every state there is a way on. Every hold is of a kind that something releases, and nobody waits for what has come:
// a settlement and a decision answer whoever waits for them at once, and a lock or work key that is free does so soon.

import { partOf } from '../part.ts'
import type { Release } from '../../src/model/hold.ts'
import type { Bench, Checker } from './contract.ts'
import type { Journal } from './journal.ts'
import { isHeldIn } from './locks.ts'
import { ableSince } from './able.ts'

interface Waiting {
  readonly taskId: number
  readonly release: Release
  /** Since when what it waits for is there, as far as was seen. */
  cameMs: number | null
}

const waitingIn = partOf<Journal, Map<number, Waiting>>(() => new Map())
/** The review that each task was offered to last: its hold stays, and waits for that one. */
const offeredIn = partOf<Journal, Map<number, number>>(() => new Map())

/** The kinds of holds, by what a fleet has to release them. */
const released = new Set(['time', 'after', 'review', 'check', 'person', 'lock', 'work'])
/** Free locks are looked for every half minute, by whoever is able to. */
const soonMs = 3_600_000

export const waits: Checker = {
  law: 'nobody waits for what has come, or for what nothing brings',
  invariants: [27, 42],
  fact({ journal, accuse }, { taskId, body }) {
    const waiting = waitingIn(journal)
    if (body.kind === 'hold.released') waiting.delete(body.holdId)
    if (body.kind === 'hold.needs_person') waiting.delete(body.holdId)
    if (body.kind === 'task.settled' && taskId !== null)
      for (const holdId of journal.task(taskId).liveHolds) waiting.delete(holdId)
    if (taskId === null) return
    if (body.kind === 'review.offered') offeredIn(journal).set(taskId, body.reviewTask)
    if (body.kind !== 'task.held') return
    const { release, holdId } = body
    if (!released.has(release.kind))
      accuse(`hold ${holdId} is of a kind that nothing releases: ${release.kind}`, taskId)
    const asksPerson = release.kind === 'after' && release.needsPerson
    if (!asksPerson && release.kind !== 'time' && release.kind !== 'person')
      waiting.set(holdId, { taskId, release, cameMs: null })
  },
  look(bench) {
    const { world, journal, accuse } = bench
    const able = ableSince(world)
    for (const [holdId, one] of waitingIn(journal)) {
      const patienceMs = one.release.kind === 'lock' || one.release.kind === 'work' ? soonMs : 0
      if (!hasCome(bench, one)) one.cameMs = null
      else one.cameMs ??= world.time.nowMs
      if (one.cameMs === null) continue
      if (world.time.nowMs - Math.max(one.cameMs, patienceMs === 0 ? 0 : able) < patienceMs)
        continue
      accuse(
        `task ${one.taskId} still waits (hold ${holdId}) for what has come: ${JSON.stringify(one.release)}`,
        one.taskId,
      )
    }
  },
}

/** Whether what it waits for is there, as the facts so far tell. */
function hasCome({ world, journal }: Bench, { taskId, release }: Waiting): boolean {
  const isSettled = (id: number) => journal.tasks.get(id)?.state === 'settled'
  switch (release.kind) {
    case 'after':
      return isSettled(release.taskId)
    case 'review':
      return isSettled(offeredIn(journal).get(taskId) ?? release.reviewTask)
    case 'lock':
      return !isHeldIn(world, 'lock', release.name)
    case 'work':
      return !isHeldIn(world, 'work', release.key)
    default:
      return false
  }
}
