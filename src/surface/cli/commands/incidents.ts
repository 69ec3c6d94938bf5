// `midwatch incidents`: one line per problem, open ones only unless all are asked for.

import { notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { relativeTime } from '../../../base/when.ts'
import type { Store } from '../../../drivers/store/contract.ts'
import { messageOf } from '../../../loops/notify/message.ts'
import { pageLimit, wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { pageOf } from '../../paging.ts'
import { incidentShape } from '../shapes.ts'
import { plainText } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[key]', 'one of them, with all that is known of it')
    .option('--all', 'resolved ones, too')
    .option('--before <incident>', 'the next page: only incidents older than this number')
    .option('--limit <n>', 'how many at most', '50')
    .addHelpText(
      'after',
      '\nJSON: {"incidents":[{"id","key","title","openedAt","lastAt","count","resolvedAt"}],"next"}, or {"incident":{…}} for one',
    )
    .action(act(incidents))
}

interface ListOptions {
  all?: boolean
  before?: string
  limit?: string
}

async function incidents(call: Call<ListOptions>): Promise<void> {
  const { all = false, before } = call.options
  const limit = pageLimit(call.options.limit)
  const from = before === undefined ? {} : { before: wholeNumber(before, '--before', 1) }
  const { store, clock, config } = await call.fleet()
  if (typeof call.args[0] === 'string') return await tellOne(call, store, config.name, call.args[0])
  const find = (limit: number) => store.incidents({ openOnly: !all, ...from, limit })
  const { rows: found, next } = await pageOf(limit, find, ({ id }) => id)
  const { print } = call
  if (call.json) return print.json({ incidents: found.map(incidentShape), next })
  if (found.length === 0 && before !== undefined) return print.line(`None is older than ${before}`)
  if (found.length === 0) return print.line(all ? 'No incidents yet' : 'No open incidents')
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
  if (next !== null) print.note(`More: midwatch incidents${all ? ' --all' : ''} --before ${next}`)
}

/** Among how many of the newest a word that is nearly the key is looked for. */
const lookMax = 1_000

/** The newest of that key: what belongs to it, what changed before it, how it ends or ended. Throws `incident.missing`. */
async function tellOne(call: Call, store: Store, fleet: string, key: string): Promise<void> {
  const found = await store.incident({ key })
  if (found === null) {
    const known = (await store.incidents({ openOnly: false, limit: lookMax })).map(({ key }) => key)
    throw notFound(
      'incident.missing',
      `there is no incident ${key}${didYouMean(key, known)}`,
      '`midwatch incidents --all` lists them',
    )
  }
  if (call.json) return call.print.json({ incident: incidentShape(found) })
  const { text } = messageOf(fleet, found)
  for (const line of text.trimEnd().split('\n')) call.print.line(plainText(line))
}
