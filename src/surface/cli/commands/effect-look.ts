// `midwatch effect show|list`: what the ledger knows.

import { notFound } from '../../../base/errors.ts'
import { localTime, relativeTime } from '../../../base/when.ts'
import type { Effect } from '../../../model/effect.ts'
import { effectStates } from '../../../model/transitions.ts'
import { gather, oneOf, pageLimit, wholeNumber, words } from '../arguments.ts'
import type { Call } from '../call.ts'
import { holderText } from '../../../lifecycle/effects/resolve.ts'
import { pageOf } from '../../paging.ts'
import type { Act } from '../command-module.ts'
import { effectKey, handsOf } from '../effects/hands.ts'
import { effectShape } from '../effects/shape.ts'
import type { Command } from '../grammar.ts'

interface ListOptions {
  state?: readonly string[]
  kind?: string
  before?: string
  limit?: string
}

export function defineLook(command: Command, act: Act): void {
  command
    .command('show')
    .summary('one effect')
    .argument('<key>', 'as `effect list` shows it')
    .action(act(show))
  command
    .command('list')
    .summary('effects, newest first')
    .option(
      '--state <state>',
      'reserved, performed, failed or uncertain; several with commas',
      gather,
    )
    .option('--kind <kind>', 'command, mail, webhook …')
    .option('--before <effect>', 'the next page: only effects older than this number')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText('after', '\nJSON: {"effects":[{"id","key","kind","state",…}],"next"}')
    .action(act(list))
}

async function show(call: Call): Promise<void> {
  const key = effectKey(call.args[0])
  const { store } = await handsOf(call)
  const effect = await store.effect(key)
  if (effect === null)
    throw notFound(
      'effect.missing',
      `there is no effect ${key}`,
      '`midwatch effect list` shows them',
    )
  if (call.json) return call.print.json({ effect: effectShape(effect) })
  for (const line of linesOf(effect)) call.print.line(line)
}

function linesOf(effect: Effect): string[] {
  const { key, kind, state, epoch, paramsHash, params, holder, taskId, check } = effect
  return [
    `${key}: ${kind}, ${state}`,
    `  parameters ${paramsHash.slice(0, 16)}: ${JSON.stringify(params)}`,
    `  reserved at ${localTime(effect.reservedAt)} by ${holderText(holder)}${taskId === null ? '' : ` for task ${taskId}`}${epoch > 1 ? `, for the ${epoch}. time` : ''}`,
    ...(check === null ? [] : [`  check: ${check.command}`]),
    ...stateLines(effect),
  ]
}

function stateLines(effect: Effect): string[] {
  switch (effect.state) {
    case 'reserved':
      return [`  being made, until ${localTime(effect.until)} at most`]
    case 'performed':
      return [
        `  performed at ${localTime(effect.settledAt)} by ${effect.by}: ${effect.result.receipt}`,
        ...(effect.result.output === '' ? [] : ['  output:', effect.result.output.trimEnd()]),
      ]
    case 'failed':
      return [
        `  did not happen, at ${localTime(effect.settledAt)} by ${effect.by}: ${effect.reason}`,
        '  the same command tries it again',
      ]
    case 'uncertain':
      return [
        `  may have happened: ${effect.reason}`,
        effect.askAt === null
          ? `  look whether it did, then \`midwatch effect resolve ${effect.key} --performed\` or \`--failed\``
          : `  asked about next at ${localTime(effect.askAt)}`,
      ]
  }
}

async function list(call: Call<ListOptions>): Promise<void> {
  const { kind, before } = call.options
  const states = words(call.options.state).map((word) => oneOf(word, '--state', effectStates))
  const limit = pageLimit(call.options.limit)
  const { store, clock, attemptId } = await handsOf(call)
  const session = attemptId === null ? null : await store.attempt(attemptId)
  const filter = {
    ...(session === null ? {} : { taskId: session.taskId }),
    ...(states.length > 0 ? { states } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(before === undefined ? {} : { before: wholeNumber(before, '--before', 1) }),
  }
  const find = (limit: number) => store.effects({ ...filter, limit })
  const { rows: found, next } = await pageOf(limit, find, ({ id }) => id)
  const { print } = call
  if (call.json) return print.json({ effects: found.map(effectShape), next })
  if (found.length === 0) return print.line('No effects')
  const now = clock.now()
  print.table(found, [
    { head: 'EFFECT', text: (one) => one.key, gives: true },
    { head: 'KIND', text: (one) => one.kind },
    {
      head: 'STATE',
      text: (one) => one.state,
      paint: (text, one) =>
        one.state === 'uncertain'
          ? print.paint.bad(text)
          : one.state === 'performed'
            ? print.paint.good(text)
            : text,
    },
    { head: 'TASK', text: (one) => (one.taskId === null ? '' : String(one.taskId)), right: true },
    { head: 'RESERVED', text: (one) => relativeTime(one.reservedAt, now) },
  ])
  if (next !== null) print.note(`More: midwatch effect list --before ${next}, with the same words`)
}
