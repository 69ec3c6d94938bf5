// Words the review of a task's work: who may judge it, where it lies, and by what command the decision falls. Pure.

import type { Attempt } from '../../model/attempt.ts'
import { reviewerRole } from '../../model/review.ts'
import type { Demand } from '../../model/demand.ts'
import type { Order, Task } from '../../model/task.ts'
import type { Verdict } from '../../model/failure.ts'

/** More of the order than this is looked up by the reviewer, not read out. */
const orderCharsMax = 20_000

export interface ReviewWords {
  readonly title: string
  readonly priority: number
  readonly demand: Demand
  readonly order: Order
  readonly attemptsMax: number
  readonly by: string
}

/** The review of this attempt's work, done in `cwd`. One attempt is one review: another one is offered anew. */
export function reviewWant(
  task: Task,
  attempt: Attempt,
  verdict: Verdict,
  cwd: string,
): ReviewWords {
  return {
    title: `Review of task ${task.id}: ${task.title}`,
    priority: task.priority,
    demand: {
      kind: 'prompt',
      agent: null,
      tier: null,
      role: reviewerRole,
      labels: [],
      notAgent: attempt.agent,
    },
    order: {
      run: null,
      prompt: reviewPrompt(task, attempt, verdict, cwd),
      cwd,
      timeoutMs: null,
      verify: null,
      once: false,
      workspace: 'dir',
      reviewOf: task.id,
    },
    attemptsMax: 1,
    by: `task ${task.id}`,
  }
}

function reviewPrompt(task: Task, attempt: Attempt, verdict: Verdict, cwd: string): string {
  const wanted = (task.order.prompt ?? task.order.run ?? '').trim()
  const rest =
    wanted.length > orderCharsMax ? `\n(cut; \`midwatch show ${task.id}\` has it all)` : ''
  const said = attempt.said === null ? verdict.evidence : attempt.said.text || attempt.said.word
  return [
    `Judge the work of task ${task.id}. You judge; you change nothing.`,
    `## What was wanted\n${wanted.slice(0, orderCharsMax)}${rest}`,
    `## What was done\nAttempt ${attempt.id} by ${attempt.agent} worked in ${cwd}. It ended: ${said}`,
    `\`midwatch diff ${task.id}\` shows what changed, where the task has a worktree.`,
    [
      '## Decide, with exactly one of these commands',
      '- `midwatch review --approve`: the work is good; the task is done.',
      '- `midwatch review --changes "WHAT"`: say precisely what is to be changed; the next attempt reads it.',
      '- `midwatch review --reject "WHY"`: it should not be done at all; the task is settled as failed.',
      'A review that ends without a decision is offered to somebody else.',
    ].join('\n'),
  ].join('\n\n')
}
