// `midwatch show TASK`: the task, its order, its holds and its attempts.

import { formatDuration } from '../../../base/duration.ts'
import { localTime, relativeTime } from '../../../base/when.ts'
import { failureTable } from '../../../model/failure.ts'
import { type Hold, releaseSentence } from '../../../model/hold.ts'
import type { Attempt } from '../../../model/attempt.ts'
import { provenanceSentence } from '../../../model/provenance.ts'
import type { Task } from '../../../model/task.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { attemptLabel, exitLabel, paintAttempt, paintTask, taskLabel } from '../labels.ts'
import { attemptShape, holdShape, taskWhole } from '../shapes.ts'
import { taskOf } from '../task-of.ts'
import { cut, oneLine, plainText } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .addHelpText(
      'after',
      '\nJSON: {"task","attempts":[{"id","state","class","blame","exitCode","signal",…}],"holds":[…],"provenance":{"kind","parent","root","depth","sensed"}}',
    )
    .action(act(show))
}

async function show(call: Call): Promise<void> {
  const { store, clock } = await call.fleet()
  const task = await taskOf(store, taskId(call.args[0]))
  const [attempts, holds, provenance] = await Promise.all([
    store.attemptsOf(task.id),
    store.holdsOf(task.id, false),
    store.provenance(task.id),
  ])
  if (call.json)
    return call.print.json({
      task: taskWhole(task),
      attempts: attempts.map(attemptShape),
      holds: holds.map(holdShape),
      provenance,
    })
  const now = clock.now()
  tellTask(call, task, now)
  if (provenance !== null)
    call.print.line(call.print.paint.aside(`  ${provenanceSentence(provenance)}`))
  tellOrder(call, task)
  tellHolds(call, holds, now)
  tellAttempts(call, task, attempts, now)
}

function tellTask({ print }: Call, task: Task, now: number): void {
  const { strong, aside } = print.paint
  print.line(`${strong(`Task ${task.id}`)}  ${oneLine(task.title)}`)
  print.line(`  ${paintTask(print.paint, task, taskLabel(task))}  ${aside(sentenceOf(task, now))}`)
  const { agent, tier, role, labels } = task.demand
  const asks = [
    agent === null ? 'any agent that fits' : `agent ${agent}`,
    tier === null ? '' : `tier ${tier}`,
    role === null ? '' : `role ${role}`,
    labels.length === 0 ? '' : `labels ${labels.join(', ')}`,
    task.priority === 0 ? '' : `priority ${task.priority}`,
    task.order.timeoutMs === null ? '' : `timeout ${formatDuration(task.order.timeoutMs)}`,
    task.order.once ? 'once only' : '',
  ]
  print.line(`  for ${oneLine(asks.filter((ask) => ask !== '').join(', '))}`)
  print.line(`  in  ${oneLine(task.order.cwd)}`)
  if (task.againOf !== null) print.line(`  once more for task ${task.againOf}`)
  print.line(aside(`  wanted ${relativeTime(task.createdAt, now)} by ${oneLine(task.createdBy)}`))
}

function sentenceOf(task: Task, now: number): string {
  switch (task.state) {
    case 'held':
      return `\`midwatch why ${task.id}\` says what releases it`
    case 'ready':
      return `since ${relativeTime(task.readyAt, now)}`
    case 'taken':
      return `by attempt ${task.attemptId}; \`midwatch logs ${task.id} --follow\``
    case 'settled':
      return `${relativeTime(task.settledAt, now)} by ${oneLine(task.settledBy)}: ${oneLine(task.reason)}`
  }
}

const orderLinesMax = 20

function tellOrder({ print, world }: Call, task: Task): void {
  const { run, prompt, verify } = task.order
  print.line()
  print.line(print.paint.strong(run === null ? 'Prompt' : 'Command'))
  const lines = plainText(run ?? prompt ?? '')
    .trimEnd()
    .split('\n')
  for (const line of lines.slice(0, orderLinesMax))
    print.line(`  ${cut(line, world.out.columns - 2)}`)
  const rest = lines.length - orderLinesMax
  if (rest > 0) print.line(print.paint.aside(`  … ${rest} more lines (--json has them all)`))
  if (verify !== null) print.line(`${print.paint.strong('Check')}\n  ${oneLine(verify)}`)
}

function tellHolds({ print }: Call, holds: readonly Hold[], now: number): void {
  const live = holds.filter((hold) => hold.releasedAt === null)
  if (live.length === 0) return
  print.line()
  print.line(print.paint.strong('Holds'))
  for (const hold of live) {
    const until = releaseSentence(
      hold.release,
      (ms) => `${localTime(ms)} (${relativeTime(ms, now)})`,
    )
    print.line(`  h${hold.id}  ${print.paint.waiting(hold.kind)}  ${oneLine(until)}`)
  }
}

function tellAttempts(
  { print }: Call,
  task: Task,
  attempts: readonly Attempt[],
  now: number,
): void {
  if (attempts.length === 0) return
  print.line()
  print.line(print.paint.strong('Attempts'))
  print.table(attempts, [
    { head: 'ATTEMPT', text: (one) => String(one.id), right: true },
    {
      head: 'STATE',
      text: attemptLabel,
      paint: (text, one) => paintAttempt(print.paint, one, text),
    },
    { head: 'EXIT', text: exitLabel },
    { head: 'AGENT', text: (one) => one.agent },
    {
      head: 'TOOK',
      text: (one) => formatDuration((one.endedAt ?? now) - one.claimedAt),
      right: true,
    },
    { head: 'BEGAN', text: (one) => relativeTime(one.claimedAt, now) },
    { head: 'SEEN', text: seenOf, gives: true },
  ])
  const last = attempts.toSorted((a, b) => a.id - b.id).at(-1)
  const isMoot = task.state === 'settled' && task.outcome !== 'failed'
  if (!last?.verdict || last.verdict.class === 'success' || isMoot) return
  // A settled task has it in its reason; the table may have cut it.
  if (task.state !== 'settled') print.line(`Attempt ${last.id}: ${oneLine(last.verdict.evidence)}`)
  print.line(print.paint.aside(failureTable[last.verdict.class].advice))
}

const seenOf = (attempt: Attempt): string =>
  attempt.verdict?.evidence ?? attempt.progress?.text ?? attempt.stop?.reason ?? ''
