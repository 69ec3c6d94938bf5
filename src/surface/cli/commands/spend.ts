// `midwatch spend`: what was consumed within a span, by day, agent, account, label or task, and how much of it for nothing.

import { isoTime } from '../../../base/when.ts'
import type { SpendLine } from '../../../model/spend.ts'
import { spendLines, spendViews, spendWhole } from '../../spending/sums.ts'
import { oneOf, pastTime } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'

interface SpendOptions {
  by: string
  since: string
}

export function define(command: Command, act: Act): void {
  command
    .option('--by <what>', spendViews.join(', '), 'day')
    .option('--since <when>', 'a duration ago, a date or a time', '30d')
    .addHelpText(
      'after',
      `
A task with two labels counts under both. WASTED went into attempts that ended without success.

JSON: {"since","by","total","lines":[{"name","attempts","inputTokens","outputTokens","costUsd","wastedUsd"}]}`,
    )
    .action(act(spend))
}

async function spend(call: Call<SpendOptions>): Promise<void> {
  const by = oneOf(call.options.by, '--by', spendViews)
  const { store, config, clock } = await call.fleet()
  const now = clock.now()
  const since = pastTime(call.options.since, '--since', now)
  const lines = await spendLines(store, config, { by, since, now })
  const { name: _, ...total } = await spendWhole(store, since, now)
  const { print } = call
  if (call.json) return print.json({ since: isoTime(since), by, total, lines })
  const told = lines.filter(({ attempts }) => attempts > 0)
  if (told.length === 0) return print.line('Nothing was attempted since then.')
  print.table(told, [
    { head: by.toUpperCase(), text: ({ name }) => name, gives: true },
    { head: 'ATTEMPTS', text: ({ attempts }) => String(attempts), right: true },
    { head: 'TOKENS', text: tokensOf, right: true },
    { head: 'COST', text: ({ costUsd }) => dollars(costUsd), right: true },
    { head: 'WASTED', text: ({ wastedUsd }) => dollars(wastedUsd), right: true },
  ])
  print.line('')
  print.line(
    `Together ${dollars(total.costUsd)} for ${tokensOf(total)} tokens in ${total.attempts} attempts`,
  )
}

const dollars = (usd: number): string => `$${usd.toFixed(2)}`
const tokensOf = ({ inputTokens, outputTokens }: Omit<SpendLine, 'name'>): string =>
  (inputTokens + outputTokens).toLocaleString('en')
