// `midwatch inbox`: what waits for a person, each with the command that settles it. A task that did not end well stands
// there once, however many wait for it.

import { relativeTime } from '../../../base/when.ts'
import { gateRelease } from '../../../model/gate.ts'
import type { Hold } from '../../../model/hold.ts'
import { wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { oneLine } from '../text.ts'
import type { Fleet } from '../world.ts'
import { isoTime } from '../../../base/when.ts'

export function define(command: Command, act: Act): void {
  command
    .option('--limit <n>', 'how many holds are looked at', '1000')
    .addHelpText(
      'after',
      '\nJSON: {"items":[{"kind","task","hold","since","what","waiting","settle":[…]}],"more"}',
    )
    .action(act(inbox))
}

interface Item {
  readonly kind: 'question' | 'blocked' | 'gate'
  readonly task: number | null
  readonly hold: number | null
  readonly since: number
  readonly what: string
  /** How many tasks wait for it. */
  readonly waiting: number
  /** The commands that settle it. */
  readonly settle: readonly string[]
}

async function inbox(call: Call<{ limit?: string }>): Promise<void> {
  const limit = wholeNumber(call.options.limit ?? '1000', '--limit', 1)
  const fleet = await call.fleet()
  const holds = await fleet.store.waitingForPersons({ after: 0, limit: limit + 1 })
  const items = [...(await pinned(fleet)), ...itemsOf(holds.slice(0, limit))]
  const more = holds.length > limit
  if (call.json)
    return call.print.json({
      items: items.map((item) => ({ ...item, since: isoTime(item.since) })),
      more,
    })
  tell(call, items, more, fleet.clock.now())
}

/** Gates that wait for a person stop whole lanes, so they come first. */
async function pinned({ store }: Fleet): Promise<Item[]> {
  return (await store.gates()).flatMap((gate) =>
    gate.state === 'pinned'
      ? [
          {
            kind: 'gate' as const,
            task: null,
            hold: null,
            since: gate.since,
            what: `${gate.lane} is pinned by ${gate.by}: ${gate.reason}`,
            waiting: 0,
            settle: [gateRelease(gate, isoTime)],
          },
        ]
      : [],
  )
}

function itemsOf(holds: readonly Hold[]): Item[] {
  const items: Item[] = []
  const blockers = new Map<number, { since: number; waiting: number[] }>()
  for (const { id, taskId, since, release } of holds) {
    if (release.kind === 'person')
      items.push({
        kind: 'question',
        task: taskId,
        hold: id,
        since,
        what: release.question,
        waiting: 1,
        settle: [
          `midwatch answer h${id} TEXT`,
          `midwatch release h${id}`,
          `midwatch cancel ${taskId}`,
        ],
      })
    if (release.kind !== 'after') continue
    const known = blockers.get(release.taskId)
    if (known) known.waiting.push(taskId)
    else blockers.set(release.taskId, { since, waiting: [taskId] })
  }
  const blocked = [...blockers].map(([blocker, { since, waiting }]) => ({
    kind: 'blocked' as const,
    task: blocker,
    hold: null,
    since,
    what: `it did not end well, and ${waiting.length} wait for it: ${waiting.slice(0, 5).join(', ')}${waiting.length > 5 ? ' …' : ''}`,
    waiting: waiting.length,
    settle: [`midwatch again ${blocker}`, `midwatch release ${waiting[0]}`],
  }))
  return [...blocked, ...items]
}

function tell({ print }: Call, items: readonly Item[], more: boolean, now: number): void {
  if (items.length === 0) print.line('Nothing waits for a person')
  for (const { kind, task, since, what, settle } of items) {
    const who = kind === 'gate' ? '' : `${print.paint.strong(`Task ${task}`)} `
    print.line(`${who}${oneLine(what)} ${print.paint.aside(relativeTime(since, now))}`)
    for (const command of settle)
      print.line(`  ${print.paint.aside(kind === 'gate' ? command : `$ ${command}`)}`)
  }
  if (more) print.line(print.paint.aside('… and more; settle these first, or raise --limit'))
}
