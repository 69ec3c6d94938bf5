// Law: a task is settled once, by who held it or by a person, and nothing brings it back; an attempt ends once.

import type { Checker } from './contract.ts'

export const settled: Checker = {
  law: 'settled once and never again',
  invariants: [1, 2, 5],
  fact({ journal, accuse }, { taskId, attemptId, body }) {
    const story = taskId === null ? undefined : journal.tasks.get(taskId)
    if (body.kind === 'task.settled' && story !== undefined) {
      if (story.settlements > 0) accuse(`task ${taskId} was settled again`, taskId)
      const byAttempt = /^attempt (\d+)$/.exec(body.by)?.[1]
      // Who reviews decides about another task than the one it holds.
      const reviewer = journal.attempts.get(Number(byAttempt))
      const decides = story.state === 'held' && reviewer !== undefined && reviewer.taskId !== taskId
      if (
        byAttempt !== undefined &&
        !decides &&
        (Number(byAttempt) !== story.holder || attemptId !== story.holder)
      )
        accuse(
          `task ${taskId} was settled by attempt ${byAttempt}, but attempt ${story.holder} held it`,
          taskId,
        )
    }
    if (body.kind === 'task.returned' && story !== undefined && story.holder !== attemptId)
      accuse(
        `task ${taskId} was given back by attempt ${attemptId}, but attempt ${story.holder} held it`,
        taskId,
      )
    if (body.kind === 'attempt.claimed' && story?.state === 'settled')
      accuse(`settled task ${taskId} was claimed`, taskId)
    if (body.kind === 'attempt.ended' && (journal.attempts.get(attemptId ?? 0)?.endings ?? 0) > 0)
      accuse(`attempt ${attemptId} ended twice`, taskId)
  },
  end({ accuse }, { tasks, attempts }) {
    for (const task of tasks)
      if (task.state === 'settled')
        for (const attempt of attempts.get(task.id) ?? [])
          if (attempt.claimedAt > task.settledAt + 4 * 3_600_000 && attempt.state !== 'ended')
            accuse(
              `attempt ${attempt.id} was begun long after task ${task.id} was settled`,
              task.id,
            )
  },
}
