// What an order tells besides what is wanted: where the task comes from, and what those who judged earlier work of it
// asked for. Read only where there is something to read.

import type { OrderNote } from '../../drivers/agents/contract/order.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Task } from '../../model/task.ts'

/** So far back are a task's parents told. */
const parentsMax = 5

/** The notes of a task's next order; none for most tasks. */
export async function notesOf(store: Store, task: Task): Promise<readonly OrderNote[]> {
  const [from, reviews] = await Promise.all([originOf(store, task), reviewNote(store, task)])
  return [...from, ...reviews]
}

/** The tasks that this one does again, and those whose sessions wanted it, nearest first. */
async function originOf(store: Store, task: Task): Promise<OrderNote[]> {
  const lines: string[] = []
  for (let one = task; lines.length < parentsMax; ) {
    const parent = await parentOf(store, one)
    if (parent === null) break
    lines.push(parent.line)
    one = parent.task
  }
  return lines.length === 0 ? [] : [{ heading: 'Where this comes from', lines }]
}

async function parentOf(store: Store, task: Task): Promise<{ task: Task; line: string } | null> {
  if (task.againOf !== null) {
    const again = await store.task(task.againOf)
    return (
      again && {
        task: again,
        line: `task ${task.id} does task ${again.id} again, which ${endOf(again)}`,
      }
    )
  }
  const asked = /^attempt (\d+)$/.exec(task.createdBy)?.[1]
  const attempt = asked === undefined ? null : await store.attempt(Number(asked))
  const parent = attempt === null ? null : await store.task(attempt.taskId)
  return (
    parent && {
      task: parent,
      line: `a session at task ${parent.id} (${parent.title}) wanted task ${task.id}`,
    }
  )
}

const endOf = (task: Task): string =>
  task.state === 'settled' ? `was settled ${task.outcome}: ${task.reason}` : `is ${task.state}`

async function reviewNote(store: Store, task: Task): Promise<OrderNote[]> {
  if (task.order.review !== true) return []
  const asked = (await store.reviewsOf(task.id)).filter((one) => one.decision === 'changes')
  if (asked.length === 0) return []
  const lines = asked.map((one) => `${one.decidedBy} asked for changes: ${one.text}`)
  return [{ heading: 'Reviews of your work, the newest last: do what they ask', lines }]
}
