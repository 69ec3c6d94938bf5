// Holds whose task is not there any more end: nobody waits behind them. Only a sweep by hand looks at every hold there is.

import type { Rule } from '../law.ts'

const pageSize = 500

export const holdsHaveTasks: Rule = {
  name: 'holds-have-tasks',
  law: 'a hold is on a task that is there',
  async find({ store, clock, remains, by }) {
    if (remains === undefined) return []
    const orphans = await store.orphanedHolds(pageSize)
    return orphans.map(({ holdId, taskId }) => ({
      subject: `hold h${holdId}`,
      what: `there is no task ${taskId}`,
      async mend() {
        const { ended } = await store.endOrphanedHold({ holdId, by, now: clock.now() })
        return ended ? 'ended' : null
      },
    }))
  },
}
