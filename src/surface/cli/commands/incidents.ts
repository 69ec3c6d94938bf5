// `midwatch incidents`: one line per problem, open ones only unless all are asked for.

import { notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { relativeTime } from '../../../base/when.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import { messageOf } from '../../../loops/notify/message.ts'
import { wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { incidentShape } from '../shapes.ts'
import { plainText } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[key]', 'one of them, with all that is known of it')
    .option('--all', 'resolved ones, too')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText(
      'after',
      '\nJSON: {"incidents":[{"key","title","openedAt","lastAt","count","resolvedAt"}]}, or {"incident":{…}} for one',
    )
    .action(act(incidents))
}

async function incidents(call: Call<{ all?: boolean; limit?: string }>): Promise<void> {
  const limit = wholeNumber(call.options.limit ?? '50', '--limit', 1)
  const { store, clock, config } = await call.fleet()
  if (typeof call.args[0] === 'string') return await tellOne(call, store, config.name, call.args[0])
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

/** How far back the newest of a key is looked for. */
const lookMax = 1_000

/** The newest of that key: what belongs to it, what changed before it, how it ends or ended. Throws `incident.missing`. */
async function tellOne(call: Call, store: Store, fleet: string, key: string): Promise<void> {
  const all = await store.incidents({ openOnly: false, limit: lookMax })
  const found = all.find((one) => one.key === key)
  if (found === undefined)
    throw notFound(
      'incident.missing',
      `there is no incident ${key}${didYouMean(
        key,
        all.map((one) => one.key),
      )}`,
      '`midwatch incidents --all` lists them',
    )
  if (call.json) return call.print.json({ incident: incidentShape(found) })
  const { text } = messageOf(fleet, found)
  for (const line of text.trimEnd().split('\n')) call.print.line(plainText(line))
}
