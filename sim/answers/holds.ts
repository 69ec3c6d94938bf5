// Answers holds that wait for a person: what cannot be done is cancelled, the rest is released.

import { present } from '../../src/base/assert.ts'
import { needsPerson, type Release } from '../../src/model/hold.ts'
import type { Task } from '../../src/model/task.ts'
import type { ConfigFile } from '../config.ts'
import { by, type PeopleDeps } from '../deeds/contract.ts'
import { isServed } from '../served.ts'

/** See Answer. */
export async function answerHolds({ world, config }: PeopleDeps, now: number): Promise<number> {
  const { store } = world
  let answered = 0
  const { tasks } = await store.tasks({ states: ['held'], limit: 10_000 })
  for (const { id } of tasks) {
    const task = present(await store.task(id), 'a listed task is there')
    for (const hold of await store.holdsOf(id, true)) {
      const { release } = hold
      if (!needsPerson(release)) continue // a review's own reviewer answers
      if (isOutOnly(config, task, release)) continue // its agents come back
      answered += 1
      const cancelled = { taskId: id, outcome: 'cancelled' as const, by, reason: 'in vain', now }
      if (isInVain(task) || isUnserved(release)) await store.settleByHand(cancelled)
      else await store.release({ holdId: hold.id, by, now })
    }
  }
  return answered
}

const isInVain = ({ demand, order }: Task): boolean =>
  demand.agent === 'nobody' || order.verify?.startsWith('never') === true || order.once

/** Whether the configuration as it was meant has an agent for it. */
const isOutOnly = (config: ConfigFile, { demand }: Task, release: Release): boolean =>
  release.kind === 'person' &&
  release.untilServed === true &&
  config.versions.slice(0, 1).some((whole) => isServed(whole, demand))

/** Nobody adds an agent to the configuration that is played. */
const isUnserved = (release: Release): boolean =>
  release.kind === 'person' && release.question.startsWith('no configured agent serves it')
