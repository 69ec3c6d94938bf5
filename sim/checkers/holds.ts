// Law: no hold without a release. A held task has a live hold; a time hold has its time, an `after` hold a task that is still
// to end or is marked for a person, and a person was told. A ready task has none.

import type { Checker } from './contract.ts'

/** No wait of this world is longer. */
const longestMs = 10 * 86_400_000

export const holds: Checker = {
  law: 'no hold and no gate without a release',
  invariants: [9],
  look({ accuse, journal }) {
    for (const { id, state, liveHolds } of journal.tasks.values()) {
      if (state === 'held' && liveHolds.size === 0) accuse(`task ${id} is held by nothing`, id)
      if (state === 'ready' && liveHolds.size > 0)
        accuse(`task ${id} is ready and has the live hold ${[...liveHolds][0]}`, id)
    }
  },
  fact({ accuse, world }, { taskId, body }) {
    if (body.kind !== 'task.held') return
    const { release, holdId } = body
    if (release.kind === 'time' && release.until > world.time.nowMs + longestMs)
      accuse(`hold ${holdId} ends only at ${release.until}`, taskId)
    if (release.kind === 'person' && (release.question === '' || release.told === ''))
      accuse(`hold ${holdId} waits for a person who was not told`, taskId)
  },
  end({ accuse }, rows) {
    const states = new Map(rows.tasks.map((task) => [task.id, task.state]))
    for (const task of rows.tasks) {
      const live = (rows.holds.get(task.id) ?? []).filter((hold) => hold.releasedAt === null)
      if (task.state === 'held' && live.length === 0)
        accuse(`task ${task.id} is held by nothing`, task.id)
      if (task.state === 'ready' && live.length > 0)
        accuse(`task ${task.id} is ready and has a live hold`, task.id)
      for (const { release, id } of live) {
        if (
          release.kind === 'after' &&
          !release.needsPerson &&
          states.get(release.taskId) === 'settled'
        )
          accuse(`hold ${id} waits for task ${release.taskId}, which is settled`, task.id)
      }
    }
  },
}
