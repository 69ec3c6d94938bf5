// `midwatch facts [TASK]`: what happened, oldest first; --follow keeps up.

import { localTime } from '../../../base/when.ts'
import type { Fact } from '../../../model/fact.ts'
import type { FactFilter } from '../../../drivers/store/contract/shapes.ts'
import { gather, oneOf, taskId, wholeNumber, words } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { factKinds, paintFact, sentenceOf, subjectOf } from '../prose.ts'
import { factShape } from '../shapes.ts'
import type { Fleet } from '../world.ts'

interface FactsOptions {
  attempt?: string
  kind?: string[]
  after?: string
  limit?: string
  follow?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .argument('[task]', 'only facts about this task')
    .option('--attempt <n>', 'only facts about this attempt')
    .option(
      '--kind <kind>',
      'only these kinds, such as task.settled; several times or with commas',
      gather,
    )
    .option('--after <fact>', 'only facts after this one')
    .option('--limit <n>', 'how many at most; the newest, or the first after --after', '50')
    .option('-f, --follow', 'go on with new ones until Ctrl-C')
    .addHelpText(
      'after',
      '\nJSON: {"facts":[{"id","at","taskId","attemptId","kind",…}],"next"}; with --follow one fact per line',
    )
    .action(act(facts))
}

const pollMs = 500

async function facts(call: Call<FactsOptions>): Promise<void> {
  const fleet = await call.fleet()
  const filter = filterOf(call)
  const found = await page(fleet, filter)
  const next = found.at(-1)?.id ?? filter.after ?? null
  if (call.options.follow === true) {
    tell(call, found)
    return follow(call, fleet, { ...filter, after: next ?? 0 })
  }
  if (call.json) return call.print.json({ facts: found.map(factShape), next })
  if (found.length === 0) return call.print.note('No facts here.')
  tell(call, found)
}

function filterOf({ args, options }: Call<FactsOptions>): FactFilter {
  const kinds = words(options.kind).map((kind) => oneOf(kind, '--kind', factKinds))
  return {
    limit: Math.min(wholeNumber(options.limit ?? '50', '--limit', 1), 10_000),
    ...(args[0] !== undefined && { taskId: taskId(args[0]) }),
    ...(options.attempt !== undefined && {
      attemptId: wholeNumber(options.attempt, '--attempt', 1),
    }),
    ...(kinds.length > 0 && { kinds }),
    ...(options.after !== undefined && { after: wholeNumber(options.after, '--after', 0) }),
  }
}

/** Oldest first: the newest ones when no point is given, else those right after it. */
async function page({ store }: Fleet, filter: FactFilter): Promise<readonly Fact[]> {
  if (filter.after !== undefined) return store.facts(filter)
  return (await store.facts({ ...filter, newestFirst: true })).toReversed()
}

function tell({ json, print }: Call, found: readonly Fact[]): void {
  if (json) for (const fact of found) print.jsonLine(factShape(fact))
  else
    for (const fact of found) {
      const subject = subjectOf(fact)
      const about = subject === '' ? '' : `${subject}  `
      print.line(
        `${print.paint.aside(localTime(fact.at))}  ${about}${paintFact(print.paint, fact, sentenceOf(fact))}`,
      )
    }
}

async function follow(
  call: Call,
  fleet: Fleet,
  from: FactFilter & { after: number },
): Promise<void> {
  const stop = new AbortController()
  const unhook = call.world.onStopSignal(() => stop.abort())
  let after = from.after
  while (!stop.signal.aborted) {
    const found = await fleet.store.facts({ ...from, after, limit: 200 })
    tell(call, found)
    after = found.at(-1)?.id ?? after
    if (found.length < 200) await fleet.clock.sleep(pollMs, stop.signal)
  }
  unhook()
}
