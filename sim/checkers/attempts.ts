// Law: the attempts of a task are bounded: the charged ones by its budget, the others within each day. A task that spent its
// budget while a lane of its was out of order is not failed; such attempts count among the others.

import type { Checker } from './contract.ts'

const dayMs = 86_400_000
/** After the last free attempt of a day there is one per cooldown of an hour. */
const afterCooldown = 28

export const attemptsBounded: Checker = {
  law: 'attempts of a task are bounded',
  invariants: [17],
  end({ accuse, config, journal }, { tasks, attempts }) {
    const unchargedMax = Math.max(
      ...[...config.known.values()].map((version) => version.unchargedMax),
    )
    for (const task of tasks) {
      const own = attempts.get(task.id) ?? []
      const story = journal.tasks.get(task.id)
      const charged = (story?.charged.length ?? 0) - (story?.spared ?? 0)
      if (charged > task.attemptsMax)
        accuse(
          `task ${task.id} has ${charged} charged attempts, its budget is ${task.attemptsMax}`,
          task.id,
        )
      const free = own.filter((one) => one.verdict !== null && !one.verdict.neverStarted)
      for (const [i, first] of free.entries()) {
        const last = free[i + unchargedMax + afterCooldown]
        if (last !== undefined && last.claimedAt - first.claimedAt < dayMs)
          accuse(
            `task ${task.id} had more than ${unchargedMax + afterCooldown} free attempts within a day`,
            task.id,
          )
      }
    }
  },
}
