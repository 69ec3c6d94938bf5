// `midwatch review [TASK]`: a session's decision about the work it judges, or a person's about any; without a decision,
// what was decided so far.

import { notFound, refused, usage } from '../../../base/errors.ts'
import type { Review, ReviewDecision } from '../../../model/review.ts'
import { inSession } from '../actor.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { isoTime, relativeTime } from '../../../base/when.ts'
import { asTrouble, taskOf } from '../task-of.ts'
import { oneLine } from '../text.ts'
import type { Fleet } from '../world.ts'

interface ReviewOptions {
  approve?: boolean
  note?: string
  changes?: string
  reject?: string
}

export function define(command: Command, act: Act): void {
  command
    .argument('[task]', 'the judged task or its review; a session may leave it out')
    .option('--approve', 'the work is good: the task settles as done')
    .option('--note <text>', 'what the approval rests on')
    .option('--changes <text>', 'what is to be changed: the next attempt reads it')
    .option('--reject <text>', 'why it should not be done at all: the task settles as failed')
    .addHelpText(
      'after',
      '\nWithout a decision: the reviews so far. A decision falls once, never by the maker.\nJSON: {"reviews":[{"taskId","judged","maker","decision","text",…}]} or {"review":{…},"judged":{"id","state"},"askedPerson"}',
    )
    .action(act(review))
}

async function review(call: Call<ReviewOptions>): Promise<void> {
  const decided = decisionOf(call.options)
  const fleet = await call.fleet()
  const actor = await call.actor()
  const own = actor.kind === 'session' ? actor.attempt.taskId : null
  const id = call.args[0] === undefined ? own : taskId(call.args[0])
  if (id === null)
    throw usage(
      'usage.task_id',
      'which task?',
      'say `midwatch review TASK --approve`, or only TASK',
    )
  if (decided === null) return await tellReviews(call, fleet, id)
  const live = await liveReview(fleet, id)
  if (actor.kind === 'session' && live.taskId !== own)
    throw refused(
      'session.not_own_task',
      `this session works on task ${own}, which is not the review of task ${live.judged}`,
      'a session decides the review it was given alone',
    )
  const attemptId = actor.kind === 'session' ? actor.attempt.id : null
  const answer = await fleet.store.decideReview({
    reviewTask: live.taskId,
    attemptId,
    ...decided,
    by: actor.by,
    now: fleet.clock.now(),
  })
  if (!answer.ok) throw asTrouble(answer.refusal)
  fleet.store.poke()
  const judged = await taskOf(fleet.store, live.judged)
  if (call.json) {
    const after = (await fleet.store.review(live.taskId)) ?? live
    const told = { id: judged.id, state: judged.state }
    return call.print.json({
      review: shapeOf(after),
      judged: told,
      askedPerson: answer.askedPerson,
    })
  }
  const then = answer.askedPerson ? 'a person is asked first' : `it is ${judged.state}`
  call.print.line(`Task ${judged.id}: ${decided.decision}; ${then}`)
}

/** The one decision that was typed; null for none. Throws `usage.*` for two, and for words that are missing. */
function decisionOf(options: ReviewOptions): { decision: ReviewDecision; text: string } | null {
  const { approve, note = '', changes, reject } = options
  const given: { decision: ReviewDecision; text: string }[] = [
    ...(approve === true ? [{ decision: 'approve' as const, text: note }] : []),
    ...(changes === undefined ? [] : [{ decision: 'changes' as const, text: changes }]),
    ...(reject === undefined ? [] : [{ decision: 'reject' as const, text: reject }]),
  ]
  if (given.length > 1)
    throw usage(
      'usage.decision',
      'a review is decided one way',
      'give one of --approve, --changes and --reject',
    )
  const [one = null] = given
  if (one !== null && one.decision !== 'approve' && one.text.trim() === '')
    throw usage('usage.decision', `--${one.decision} needs words`, 'say what, or why')
  if (one === null && note !== '')
    throw usage('usage.decision', '--note belongs to --approve', 'give --approve --note TEXT')
  return one
}

/** The undecided review that this task is, or has. Throws `review.missing`. */
async function liveReview({ store }: Fleet, id: number): Promise<Review> {
  await taskOf(store, id)
  const itself = await store.review(id)
  if (itself !== null) return itself
  const live = (await store.reviewsOf(id)).at(-1)
  if (live !== undefined) return live
  throw notFound(
    'review.missing',
    `task ${id} is not being reviewed`,
    'a task is reviewed when it was added with --review and its work is done',
  )
}

async function tellReviews(call: Call<ReviewOptions>, { store, clock }: Fleet, id: number) {
  await taskOf(store, id)
  const itself = await store.review(id)
  const reviews = await store.reviewsOf(itself?.judged ?? id)
  if (call.json) return call.print.json({ reviews: reviews.map(shapeOf) })
  if (reviews.length === 0) return call.print.note(`Task ${id} has not been reviewed`)
  const now = clock.now()
  call.print.table(reviews, [
    { head: 'REVIEW', text: (one) => String(one.taskId), right: true },
    { head: 'DECISION', text: (one) => one.decision ?? 'none yet' },
    { head: 'BY', text: (one) => one.decidedBy ?? '' },
    { head: 'OFFERED', text: (one) => relativeTime(one.offeredAt, now) },
    { head: 'TEXT', text: (one) => oneLine(one.text), gives: true },
  ])
  if (!inSession(call.world.env) && reviews.at(-1)?.decision === null)
    call.print.note(
      `\`midwatch review ${id} --approve\`, --changes TEXT or --reject TEXT decides it`,
    )
}

const shapeOf = (one: Review) => ({
  ...one,
  offeredAt: isoTime(one.offeredAt),
  decidedAt: one.decidedAt === null ? null : isoTime(one.decidedAt),
})
