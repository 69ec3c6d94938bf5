// `midwatch again TASK`: what is settled stays settled; this wants the same once more, as a new task that points back.
// Tasks that waited for the old one accept the new one.

import { refused } from '../../../base/errors.ts'
import { enqueue, type Want } from '../../../lifecycle/intake/enqueue.ts'
import type { Task } from '../../../model/task.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { hintDaemon, tellNewTask } from '../new-task.ts'
import { taskOf } from '../task-of.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'the settled task')
    .addHelpText('after', '\nJSON: {"task":{"id","againOf",…},"deduped"}')
    .action(act(again))
}

async function again(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const old = await taskOf(fleet.store, taskId(call.args[0]))
  if (old.state !== 'settled')
    throw refused(
      'again.unsettled',
      `task ${old.id} is not settled, it is ${old.state}`,
      `\`midwatch why ${old.id}\` says what it waits for; \`midwatch cancel ${old.id}\` settles it`,
    )
  if (old.order.reviewOf !== undefined)
    throw refused(
      'again.review',
      `task ${old.id} is the review of task ${old.order.reviewOf}`,
      `a review is offered again by itself; \`midwatch review ${old.order.reviewOf}\` shows where it stands`,
    )
  const { store, clock, config, offers } = fleet
  const deps = { store, clock, config, offers, folder: (path: string) => fleet.host.folder(path) }
  const { task, deduped } = await enqueue(deps, wantOf(old, by))
  store.poke()
  tellNewTask(call, task, deduped)
  await hintDaemon(call, fleet)
}

const wantOf = (old: Task, by: string): Want => ({
  title: old.title,
  ...old.order,
  workspace: old.order.workspace ?? null,
  agent: old.demand.agent,
  tier: old.demand.tier,
  role: old.demand.role,
  labels: [...old.demand.labels],
  ...(old.demand.calm !== undefined && { calm: old.demand.calm }),
  locks: old.demand.locks ?? [],
  hosts: old.demand.hosts ?? [],
  priority: old.priority,
  notBefore: null,
  after: [],
  afterAny: [],
  key: null,
  attempts: old.attemptsMax,
  anyway: false,
  againOf: old.id,
  by,
})
