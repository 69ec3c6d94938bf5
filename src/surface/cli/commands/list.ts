// `midwatch list`: tasks, newest first, a page at a time.

import { relativeTime } from '../../../base/when.ts'
import { outcomes, type TaskBrief } from '../../../model/task.ts'
import { taskStates } from '../../../model/transitions.ts'
import type { TaskFilter } from '../../../drivers/store/contract/shapes.ts'
import { gather, oneOf, taskId, titleWords, wholeNumber, words } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { paintTask, taskLabel } from '../labels.ts'
import { taskLine } from '../shapes.ts'
import type { Column } from '../table.ts'

interface ListOptions {
  state?: string[]
  outcome?: string[]
  agent?: string
  label?: string
  words?: string
  before?: string
  limit?: string
}

export function define(command: Command, act: Act): void {
  command
    .option(
      '--state <state>',
      `only these: ${taskStates.join(', ')}; several times or with commas`,
      gather,
    )
    .option('--outcome <outcome>', `only settled as: ${outcomes.join(', ')}`, gather)
    .option('--agent <name>', 'only tasks that ask for this agent')
    .option('--label <name>', 'only tasks with this label')
    .option('--words <text>', 'only tasks with all of these words in the title, or parts of them')
    .option('--before <task>', 'the next page: only tasks older than this one')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText(
      'after',
      '\nJSON: {"tasks":[{"id","title","state","outcome","verified","attempts",…}],"next"}',
    )
    .action(act(list))
}

async function list(call: Call<ListOptions>): Promise<void> {
  const filter = filterOf(call.options)
  const fleet = await call.fleet()
  const { tasks, next } = await fleet.store.briefs(filter)
  const { print } = call
  if (call.json) return print.json({ tasks: tasks.map(taskLine), next })
  if (tasks.length === 0 && next !== null)
    return print.note(`None so far. Look on: midwatch list --before ${next}, with the same words`)
  if (tasks.length === 0)
    return print.note('No tasks here. `midwatch add "TITLE" --run CMD` wants one.')
  print.table(tasks, columns(call, fleet.clock.now()))
  if (next !== null) print.note(`More: midwatch list --before ${next}`)
}

function filterOf(options: ListOptions): TaskFilter {
  const states = words(options.state).map((word) => oneOf(word, '--state', taskStates))
  const ended = words(options.outcome).map((word) => oneOf(word, '--outcome', outcomes))
  const limit = wholeNumber(options.limit ?? '50', '--limit', 1)
  return {
    limit: Math.min(limit, 1_000),
    ...(states.length > 0 && { states }),
    ...(ended.length > 0 && { outcomes: ended }),
    ...(options.agent !== undefined && { agent: options.agent }),
    ...(options.label !== undefined && { label: options.label }),
    ...(options.words !== undefined && { words: titleWords(options.words) }),
    ...(options.before !== undefined && { before: taskId(options.before) }),
  }
}

const columns = ({ print }: Call, now: number): Column<TaskBrief>[] => [
  { head: 'TASK', text: (task) => String(task.id), right: true },
  { head: 'STATE', text: taskLabel, paint: (text, task) => paintTask(print.paint, task, text) },
  { head: 'TITLE', text: (task) => task.title, gives: true },
  { head: 'AGENT', text: (task) => task.demand.agent ?? '' },
  {
    head: 'TRIES',
    text: (task) => (task.attempts === 0 ? '' : String(task.attempts)),
    right: true,
  },
  {
    head: 'SINCE',
    text: (task) => relativeTime(sinceOf(task), now),
    paint: (text) => print.paint.aside(text),
  },
]

const sinceOf = (task: TaskBrief): number =>
  task.state === 'settled' ? task.settledAt : task.state === 'ready' ? task.readyAt : task.createdAt
