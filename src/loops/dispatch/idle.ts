// When is there nothing left that moves by itself? Judged from the store and the newest refusals: our own backoffs and
// cooldowns are waited for; dates, other tasks that wait for persons, and persons are not.

import type { Store } from '../../drivers/store/contract.ts'
import type { Release } from '../../model/hold.ts'
import type { Outcome, Task } from '../../model/task.ts'
import type { TaskState } from '../../model/transitions.ts'
import type { Dispatcher } from './loop.ts'

export interface IdleReport {
  readonly allDone: boolean
  readonly left: readonly {
    readonly id: number
    readonly title: string
    readonly state: TaskState
    readonly outcome: Outcome | null
    readonly waits: string
  }[]
}

/** Resolves when nothing moves by itself any more, or on abort. `sinceFact` bounds which settlements are reported. */
export async function untilIdle(
  store: Store,
  dispatcher: Dispatcher,
  sinceFact: number,
  signal: AbortSignal,
): Promise<IdleReport> {
  await new Promise<void>((resolve) => {
    const stop = () => {
      unlisten()
      signal.removeEventListener('abort', stop)
      resolve()
    }
    const unlisten = dispatcher.onRound((claimed) => {
      if (claimed > 0 || dispatcher.sessions.size > 0) return
      // A store that does not answer now is asked again after the next round.
      isIdle(store, dispatcher.movable()).then(
        (idle) => idle && dispatcher.sessions.size === 0 && stop(),
        () => {},
      )
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    dispatcher.wake()
  })
  const standing = dispatcher.refusals().map(({ refusal }) => refusal.sentence)
  return await report(store, sinceFact, [...new Set(standing)].join('; '))
}

/** Whether nothing can move by itself: no ready task that will be taken, no wait of our own. */
async function isIdle(store: Store, movable: boolean): Promise<boolean> {
  const counts = await store.counts()
  if (counts.taken > 0 || (await store.ownWaits()) > 0) return false
  return counts.ready === 0 || !movable
}

const leftMax = 200

async function report(store: Store, sinceFact: number, standing: string): Promise<IdleReport> {
  const { tasks } = await store.tasks({ states: ['held', 'ready', 'taken'], limit: leftMax })
  const unsettled = await Promise.all(
    tasks.toReversed().map((task) => entry(store, task, standing)),
  )
  const notDone = (await settledSince(store, sinceFact)).filter(
    (task) => task.state === 'settled' && task.outcome !== 'done',
  )
  const left = [
    ...(await Promise.all(notDone.map((task) => entry(store, task, standing)))),
    ...unsettled,
  ]
  return { allDone: left.length === 0, left }
}

async function settledSince(store: Store, sinceFact: number): Promise<Task[]> {
  const facts = await store.facts({ after: sinceFact, kinds: ['task.settled'], limit: 100_000 })
  const found: Task[] = []
  for (const { taskId, body } of facts) {
    if (taskId === null || body.kind !== 'task.settled' || body.outcome === 'done') continue
    const task = await store.task(taskId)
    if (task !== null) found.push(task)
  }
  return found
}

/** `standing` is what stands in the way of ready tasks. */
async function entry(store: Store, task: Task, standing: string) {
  const holds = task.state === 'held' ? await store.holdsOf(task.id, true) : []
  const waits =
    task.state === 'settled'
      ? task.reason
      : task.state === 'ready'
        ? standing
        : holds.map(({ release }) => waitsFor(release)).join(', ')
  const { id, title, state } = task
  return { id, title, state, outcome: task.state === 'settled' ? task.outcome : null, waits }
}

/** In a few words, for a column. */
function waitsFor(release: Release): string {
  if (release.kind === 'person') return `a person: ${release.question}`
  if (release.kind !== 'after') return release.kind
  const { taskId, needsPerson } = release
  return needsPerson ? `a person: task ${taskId} did not end well` : `task ${taskId}`
}
