// What is settled stays settled; who wants it once more gets a new task that points back. One judge of whether that may
// be, and one wording of it, for the command line and the API alike. Pure.

import { type Refusal, refusal } from '../../model/refusal.ts'
import type { Task, TaskBrief } from '../../model/task.ts'
import type { Want } from './enqueue.ts'

/** What the judge looks at: lists have tasks without their orders. */
export type AgainSight = TaskBrief & { readonly order?: { readonly reviewOf?: number } }

/** Why this task cannot be wanted once more; null where it can. */
export function whyNotAgain(task: AgainSight): Refusal | null {
  if (task.state !== 'settled')
    return refusal(
      'again.unsettled',
      `task ${task.id} is not settled, it is ${task.state}`,
      `\`midwatch why ${task.id}\` says what it waits for; \`midwatch cancel ${task.id}\` settles it`,
    )
  const judged = task.order?.reviewOf
  if (judged === undefined) return null
  return refusal(
    'again.review',
    `task ${task.id} is the review of task ${judged}`,
    `a review is offered again by itself; \`midwatch review ${judged}\` shows where it stands`,
  )
}

/** The same work once more, as it was wanted, without what it waited for. */
export const wantAgain = (old: Task, by: string): Want => ({
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
