// What `add` and `again` say about the task they made.

import type { Task } from '../../model/task.ts'
import type { Call } from './call.ts'
import { taskLabel } from './labels.ts'
import { taskWhole } from './shapes.ts'
import { oneLine } from './text.ts'
import type { Fleet } from './world.ts'

export function tellNewTask({ json, print }: Call, task: Task, deduped: boolean): void {
  const title = oneLine(task.title)
  if (json) print.json({ task: taskWhole(task), deduped })
  else if (deduped) print.line(`${alreadyThere(task)}: ${title} (${taskLabel(task)})`)
  else if (task.state === 'held')
    print.line(`Task ${task.id} is held: ${title} (\`midwatch why ${task.id}\` says what for)`)
  else print.line(`Task ${task.id} is ready: ${title}`)
}

/** Why nothing new was made. What does another one again is wanted by that, and not by a key. */
const alreadyThere = ({ id, againOf }: Task): string =>
  againOf === null
    ? `Task ${id} already has this key`
    : `Task ${id} does task ${againOf} again already`

/** Tells a person that nothing will happen yet, if so. */
export async function hintDaemon({ json, print, world }: Call, fleet: Fleet): Promise<void> {
  if (json || !world.err.isTerminal) return
  const hosts = await fleet.store.hosts()
  if (!hosts.some((host) => host.running))
    print.note('No dispatcher is running; start one with `midwatch up`.')
}

/** A task that was judged by another configuration than the one in the file: whoever wanted it is told. */
export function hintConfig({ print }: Call, { loaded }: Fleet): void {
  if (loaded.instead !== undefined)
    print.note(
      `The last good configuration is in force, for midwatch.yaml is invalid: ${loaded.instead}`,
    )
}
