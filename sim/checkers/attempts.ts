// Law: the attempts of a task are bounded: the charged ones by its budget, the others within each day.

import type { Checker } from './contract.ts'

const dayMs = 86_400_000
/** After the last free attempt of a day there is one per cooldown of an hour. */
const afterCooldown = 28

export const attemptsBounded: Checker = {
  law: 'attempts of a task are bounded',
  end({ accuse, config, journal }, { tasks, attempts }) {
    const unchargedMax = Math.max(
      ...[...config.known.values()].map((version) => version.unchargedMax),
    )
    for (const task of tasks) {
      const own = attempts.get(task.id) ?? []
      const charged = journal.tasks.get(task.id)?.charged ?? []
      if (charged.length > task.attemptsMax)
        accuse(
          `task ${task.id} has ${charged.length} charged attempts, its budget is ${task.attemptsMax}`,
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
