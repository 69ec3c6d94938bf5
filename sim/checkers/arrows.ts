// Law: every change of state is an arrow of the one table, and each arrow leaves one fact.

import { attemptArrows, isLegal, taskArrows } from '../../src/model/transitions.ts'
import type { Checker } from './contract.ts'

export const arrows: Checker = {
  law: 'every arrow is legal and leaves one fact',
  invariants: [3, 8],
  fact({ journal, accuse }, { id, taskId, attemptId, body }) {
    if (id <= journal.lastFactId) accuse(`fact ${id} came after fact ${journal.lastFactId}`, taskId)
    const story = taskId === null ? undefined : journal.tasks.get(taskId)
    const from = story?.state
    const to =
      body.kind === 'task.ready'
        ? 'ready'
        : body.kind === 'attempt.claimed'
          ? 'taken'
          : body.kind === 'task.settled'
            ? 'settled'
            : null
    if (to !== null && from !== undefined && !isLegal(taskArrows, from, to))
      accuse(`task ${taskId} went from ${from} to ${to}`, taskId)
    if (body.kind === 'task.held' && story?.state === 'settled')
      accuse(`settled task ${taskId} was held`, taskId)
    const attempt = journal.attempts.get(attemptId ?? 0)
    const next =
      body.kind === 'attempt.launched'
        ? 'launched'
        : body.kind === 'attempt.confirmed'
          ? 'confirmed'
          : body.kind === 'attempt.ended'
            ? 'ended'
            : null
    if (next !== null && attempt !== undefined && !isLegal(attemptArrows, attempt.state, next))
      accuse(`attempt ${attemptId} went from ${attempt.state} to ${next}`, taskId)
  },
  end({ journal, accuse }, { tasks, attempts }) {
    for (const task of tasks) {
      const story = journal.tasks.get(task.id)
      if (story?.state !== task.state)
        accuse(`task ${task.id} is ${task.state}, its facts say ${story?.state}`, task.id)
      for (const attempt of attempts.get(task.id) ?? []) {
        const told = journal.attempts.get(attempt.id)?.state
        if (told !== attempt.state)
          accuse(`attempt ${attempt.id} is ${attempt.state}, its facts say ${told}`, task.id)
      }
    }
  },
}
