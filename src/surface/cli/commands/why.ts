// `midwatch why [TASK]`: what it waits for, why nothing runs at all, or why nothing did then; from the same code that decides.

import { isoTime, localTime, relativeTime } from '../../../base/when.ts'
import { whyTask } from '../../../loops/dispatch/why.ts'
import { whyFleet, whyThen } from '../../../loops/dispatch/why-fleet.ts'
import type { KeptRefusal } from '../../../model/told-refusal.ts'
import { pastTime, taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { paintGate } from '../labels.ts'
import { refusalShape, whyFleetShape, whyShape } from '../shapes.ts'
import { humanTimes, oneLine } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('[task]', 'its number; without one: why nothing runs at all')
    .option('--at <when>', 'why it did not run then: 03:00, 2026-11-21T03:00, or how long ago: 6h')
    .option('--fleet [dir]', 'without a folder: why nothing runs at all; else as everywhere')
    .addHelpText(
      'after',
      '\nJSON: {"state","sentence","holds":[{"kind","since","release",…}],"gates":[…],"missing":[…],"place","agents","next"}; for the fleet {"sentence","running","ready","held","reasons","refusals","waits"}; with --at {"at","sentence","holds","gates","refusals"}',
    )
    .action(act(why))
}

interface WhyOptions {
  at?: string
}

async function why(call: Call<WhyOptions>): Promise<void> {
  const { at } = call.options
  const [typed] = call.args
  const whole = typed === undefined || typed === 'fleet'
  if (at !== undefined) return await tellThen(call, at, whole ? null : taskId(typed))
  if (whole) return await tellFleet(call)
  const id = taskId(typed)
  const { store, clock, config, offers, host } = await call.fleet()
  const answer = await whyTask({ store, clock, config, offers, hostName: host.name }, id)
  const { print } = call
  if (call.json) return print.json(whyShape(answer))
  const now = clock.now()
  const told = (text: string) => oneLine(humanTimes(text, now))
  const ago = (ms: number) => relativeTime(ms, now)
  const { waiting, aside, strong } = print.paint
  print.line(`${strong(`Task ${id}`)}: ${told(answer.sentence)}`)
  for (const hold of answer.holds) {
    print.line(
      `  hold h${hold.id} · ${waiting(hold.kind)} · ${ago(hold.since)} → ${told(hold.release)}`,
    )
    const ran = hold.lastFiredAt === null ? 'has not run yet' : `ran ${ago(hold.lastFiredAt)}`
    const moved = hold.lastMovedAt === null ? '' : `, last moved one ${ago(hold.lastMovedAt)}`
    print.line(aside(`       ${hold.does} (${hold.mechanism} ${ran}${moved})`))
    if (hold.seen !== null) print.line(aside(`       ${told(hold.seen)}`))
  }
  for (const gate of answer.gates) {
    const state = paintGate(print.paint, 'shut', gate.state)
    print.line(
      `  gate ${gate.lane} · ${state} · ${ago(gate.since)}: ${oneLine(gate.reason)} → ${told(gate.release)}`,
    )
  }
  for (const one of answer.missing)
    print.line(`  missing: ${told(one.what)} → ${told(one.release)}`)
  const open = answer.state === 'held' || answer.state === 'ready'
  if (open && answer.next !== null) print.line(aside(`  then: ${told(answer.next)}`))
  if (open && answer.agents.length > 0)
    print.line(aside(`  could be taken by ${answer.agents.join(', ')}`))
}

async function tellFleet(call: Call<WhyOptions>): Promise<void> {
  const { store, clock, config, offers, host } = await call.fleet()
  const answer = await whyFleet({ store, clock, config, offers, hostName: host.name })
  const { print } = call
  if (call.json) return print.json(whyFleetShape(answer))
  const now = clock.now()
  const told = (text: string) => oneLine(humanTimes(text, now))
  print.line(`${print.paint.strong('The fleet')}: ${told(answer.sentence)}`)
  for (const { what, release } of answer.reasons) print.line(`  ${told(what)} → ${told(release)}`)
  tellRefusals(call, answer.refusals, now)
  for (const { class: name, waiting, flag } of answer.waits)
    print.line(
      `  ${waiting} wait: ${name}${flag === null ? '' : ` ${print.paint.bad('!')} ${told(flag)}`}`,
    )
}

async function tellThen(call: Call<WhyOptions>, when: string, task: number | null): Promise<void> {
  const { store, clock } = await call.fleet()
  const now = clock.now()
  const at = pastTime(when, '--at', now)
  const answer = await whyThen({ store }, at, task)
  const { print } = call
  if (call.json)
    return print.json({
      ...answer,
      at: isoTime(at),
      refusals: answer.refusals.map(refusalShape),
      holds: answer.holds.map((one) => ({ ...one, since: isoTime(one.since) })),
      gates: answer.gates.map((one) => ({ ...one, since: isoTime(one.since) })),
    })
  const told = (text: string) => oneLine(humanTimes(text, now))
  print.line(`${print.paint.strong(localTime(at))}: ${told(answer.sentence)}`)
  for (const one of answer.holds)
    print.line(`  hold h${one.id} · ${print.paint.waiting(one.kind)} → ${told(one.release)}`)
  for (const one of answer.gates)
    print.line(`  gate ${one.lane} ${print.paint.bad(one.state)}: ${oneLine(one.reason)}`)
  tellRefusals(call, answer.refusals, now)
}

function tellRefusals({ print }: Call, refusals: readonly KeptRefusal[], now: number): void {
  for (const one of refusals)
    print.line(
      `  ${one.subject} on ${one.host} was refused ${one.count} times since ${relativeTime(one.firstAt, now)}, last ${relativeTime(one.lastAt, now)}: ${oneLine(humanTimes(one.sentence, now))} → ${oneLine(humanTimes(one.release, now))}`,
    )
}
