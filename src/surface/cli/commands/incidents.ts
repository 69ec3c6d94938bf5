// `midwatch incidents`: one line per problem, open ones only unless all are asked for.

import { relativeTime } from '../../../base/when.ts'
import { wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { incidentShape } from '../shapes.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--all', 'resolved ones, too')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText(
      'after',
      '\nJSON: {"incidents":[{"key","title","openedAt","lastAt","count","resolvedAt"}]}',
    )
    .action(act(incidents))
}

async function incidents(call: Call<{ all?: boolean; limit?: string }>): Promise<void> {
  const limit = wholeNumber(call.options.limit ?? '50', '--limit', 1)
  const { store, clock } = await call.fleet()
  const found = await store.incidents({ openOnly: call.options.all !== true, limit })
  const { print } = call
  if (call.json) return print.json({ incidents: found.map(incidentShape) })
  if (found.length === 0)
    return print.line(call.options.all === true ? 'No incidents yet' : 'No open incidents')
  const now = clock.now()
  print.table(found, [
    { head: 'INCIDENT', text: (one) => one.key },
    {
      head: 'STATE',
      text: (one) => (one.resolvedAt === null ? 'open' : 'resolved'),
      paint: (text, one) =>
        one.resolvedAt === null ? print.paint.bad(text) : print.paint.good(text),
    },
    { head: 'TITLE', text: (one) => one.title, gives: true },
    { head: 'COUNT', text: (one) => String(one.count), right: true },
    { head: 'OPENED', text: (one) => relativeTime(one.openedAt, now) },
    { head: 'LAST', text: (one) => relativeTime(one.lastAt, now) },
  ])
}
