// Law: no work is removed with its worktree. Whatever went was empty by the world's own truth: nothing uncommitted, nothing on
// its branch alone, no unfinished merge, no lock, nobody in it; and what was left in a worktree is still there at the end.
// (What real git and real processes tell of one, test/drivers/workspaces/worktrees.test.ts shows.)

import { heldOn, removalsIn } from '../worktrees.ts'
import type { Bench, Checker } from './contract.ts'

export const worktrees: Checker = {
  law: 'no work is removed with its worktree',
  invariants: [31],
  look: judgeRemovals,
  end(bench) {
    judgeRemovals(bench)
    for (const machine of bench.world.machines)
      for (const [taskId, { uncommitted, unlanded }] of heldOn(machine))
        if (uncommitted + unlanded > 0 && !machine.worktrees.has(taskId))
          bench.accuse(`what was left in the worktree of task ${taskId} is gone`, taskId)
  },
}

function judgeRemovals({ world, accuse }: Bench): void {
  const removals = removalsIn(world)
  for (const { host, taskId, lost } of removals.new) {
    const { uncommitted, unlanded, unfinished, locked, pids } = lost
    const isEmpty = uncommitted === 0 && unlanded === 0 && unfinished === null
    if (!isEmpty || locked || pids.length > 0)
      accuse(
        `the worktree of task ${taskId} went from ${host} with ${JSON.stringify(lost)}`,
        taskId,
      )
  }
  removals.new = []
}
