// `midwatch convoy create|add|remove|show|list`: tasks that land together.

import { notFound, usage } from '../../../base/errors.ts'
import { isoTime, relativeTime } from '../../../base/when.ts'
import { type Convoy, type ConvoyMember, isDone, tallyOf } from '../../../model/convoy.ts'
import { gather, pageLimit, taskIds, wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { landingOf } from '../convoy-landing.ts'
import type { Command } from '../grammar.ts'
import { pageOf } from '../../paging.ts'
import { asTrouble } from '../task-of.ts'
import { oneLine } from '../text.ts'

const jsonOne =
  '\nJSON: {"convoy":{"id","title","landedAt","landingTask","tally":{"done","failed","skipped","open"},"members":[…]}}'

interface CreateOptions {
  task?: string[]
  landRun?: string
  landPrompt?: string
  landAgent?: string
}

export function define(command: Command, act: Act): void {
  command
    .command('create')
    .summary('tasks that land together')
    .argument('<title>', 'a few words')
    .option('--task <task>', 'a member; several times or with commas', gather)
    .option('--land-run <cmd>', 'a command that lands them, once, when all are done')
    .option('--land-prompt <text>', 'the same as a prompt for an agent')
    .option('--land-agent <name>', 'who lands them (default: `shell` for a command)')
    .addHelpText('after', jsonOne)
    .action(act(create))
  for (const what of ['add', 'remove'] as const)
    command
      .command(what)
      .summary(what === 'add' ? 'further members, until it lands' : 'members that leave it')
      .argument('<convoy>', 'its number')
      .argument('<task...>', 'their numbers')
      .addHelpText('after', `${jsonOne}; refused once it lands (exit 4)`)
      .action(act((call) => change(call, what)))
  command
    .command('show')
    .summary('its members, and what is done, failed and skipped')
    .argument('<convoy>', 'its number')
    .addHelpText('after', jsonOne)
    .action(act(show))
  command
    .command('list')
    .summary('convoys, newest first')
    .option('--before <convoy>', 'the next page: only convoys older than this one')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText('after', '\nJSON: {"convoys":[{"id","title","landedAt","landingTask",…}],"next"}')
    .action(act(list))
}

async function create(call: Call<CreateOptions>): Promise<void> {
  const ids = taskIds(call.options.task)
  if (ids.length === 0)
    throw usage('usage.members', 'a convoy needs members', 'name tasks with --task 12,13')
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const { store, clock } = fleet
  const title = oneLine(String(call.args[0]))
  const landing = landingOf(call.options, { ...fleet, cwd: call.world.cwd }, title, by)
  const now = clock.now()
  const convoy = await store.createConvoy({ title, taskIds: ids, landing, by, now })
  store.poke()
  await tell(call, convoy.id)
}

async function change(call: Call, what: 'add' | 'remove'): Promise<void> {
  const ids = taskIds(call.args.slice(1).flat().map(String))
  const { store, clock } = await call.fleet()
  const { by } = await call.actor()
  const convoyId = convoyNumber(call)
  const none: number[] = []
  const changed = what === 'add' ? { add: ids, remove: none } : { add: none, remove: ids }
  const answer = await store.changeConvoy({ convoyId, ...changed, by, now: clock.now() })
  if (!answer.ok) throw asTrouble(answer.refusal)
  store.poke()
  await tell(call, convoyId)
}

const show = (call: Call): Promise<void> => tell(call, convoyNumber(call))

function convoyNumber(call: Call): number {
  const text = String(call.args[0])
  if (/^\d+$/.test(text)) return Number(text)
  throw usage(
    'usage.convoy',
    `\`${text}\` is no convoy`,
    '`midwatch convoy list` shows their numbers',
  )
}

async function tell(call: Call<object>, id: number): Promise<void> {
  const { store } = await call.fleet()
  const found = await store.convoy(id)
  if (found === null)
    throw notFound(
      'convoy.missing',
      `there is no convoy ${id}`,
      '`midwatch convoy list` shows them',
    )
  const { convoy, members } = found
  const tally = tallyOf(members)
  if (call.json) return call.print.json({ convoy: { ...shapeOf(convoy), tally, members } })
  const { strong, aside } = call.print.paint
  call.print.line(`${strong(`Convoy ${convoy.id}`)}  ${oneLine(convoy.title)}`)
  call.print.line(`  ${stateOf(convoy)}: ${countsOf(tally)}`)
  if (convoy.landingTask !== null) call.print.line(aside(`  lands by task ${convoy.landingTask}`))
  call.print.table(members, [
    { head: 'TASK', text: (one) => String(one.taskId), right: true },
    { head: 'STATE', text: memberState },
    { head: 'TITLE', text: (one) => oneLine(one.title), gives: true },
  ])
}

const stateOf = ({ landedAt }: Convoy): string => (landedAt === null ? 'not landed' : 'landed')

const countsOf = ({ done, failed, skipped, open }: ReturnType<typeof tallyOf>): string =>
  `done ${done} / failed ${failed} / skipped ${skipped}${open > 0 ? ` / open ${open}` : ''}`

const memberState = (one: ConvoyMember): string => {
  const own = one.outcome ?? one.state
  return isDone(one) && one.doneBy !== null ? `${own}, done by ${one.doneBy}` : own
}

async function list(call: Call<{ before?: string; limit?: string }>): Promise<void> {
  const { before } = call.options
  const from = before === undefined ? {} : { before: wholeNumber(before, '--before', 1) }
  const limit = pageLimit(call.options.limit)
  const { store, clock } = await call.fleet()
  const find = (limit: number) => store.convoys({ ...from, limit })
  const { rows: convoys, next } = await pageOf(limit, find, ({ id }) => id)
  if (call.json) return call.print.json({ convoys: convoys.map(shapeOf), next })
  if (convoys.length === 0)
    return call.print.note(
      before === undefined
        ? 'There is no convoy; `midwatch convoy create` makes one'
        : `No convoy is older than ${before}`,
    )
  const now = clock.now()
  call.print.table(convoys, [
    { head: 'CONVOY', text: (one) => String(one.id), right: true },
    { head: 'STATE', text: stateOf },
    { head: 'MADE', text: (one) => relativeTime(one.createdAt, now) },
    { head: 'TITLE', text: (one) => oneLine(one.title), gives: true },
  ])
  if (next !== null) call.print.note(`More: midwatch convoy list --before ${next}`)
}

const shapeOf = (convoy: Convoy) => ({
  ...convoy,
  createdAt: isoTime(convoy.createdAt),
  landedAt: convoy.landedAt === null ? null : isoTime(convoy.landedAt),
})
