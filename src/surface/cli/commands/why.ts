// `midwatch why TASK`: what it waits for, from the same code that decides.

import { whyTask } from '../../../loops/dispatch/why.ts'
import { relativeTime } from '../../../base/when.ts'
import { taskId } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { paintGate } from '../labels.ts'
import { whyShape } from '../shapes.ts'
import { humanTimes, oneLine } from '../text.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<task>', 'its number')
    .addHelpText(
      'after',
      '\nJSON: {"state","sentence","holds":[{"kind","since","release",…}],"gates":[…],"missing":[…],"place","agents"}',
    )
    .action(act(why))
}

async function why(call: Call): Promise<void> {
  const id = taskId(call.args[0])
  const { store, clock, config, offers, host } = await call.fleet()
  const answer = await whyTask({ store, clock, config, offers, hostName: host.name }, id)
  const { print } = call
  if (call.json) return print.json(whyShape(answer))
  const now = clock.now()
  const told = (text: string) => oneLine(humanTimes(text, now))
  const ago = (ms: number) => relativeTime(ms, now)
  const { waiting, aside, strong } = print.paint
  print.line(`${strong(`Task ${id}`)}: ${told(answer.sentence)}`)
  for (const hold of answer.holds)
    print.line(
      `  hold h${hold.id} ${waiting(hold.kind)} ${ago(hold.since)} → ${told(hold.release)}`,
    )
  for (const gate of answer.gates) {
    const state = paintGate(print.paint, 'shut', gate.state)
    print.line(
      `  gate ${gate.lane} ${state} ${ago(gate.since)}: ${oneLine(gate.reason)} → ${told(gate.release)}`,
    )
  }
  for (const one of answer.missing)
    print.line(`  missing: ${told(one.what)} → ${told(one.release)}`)
  const open = answer.state === 'held' || answer.state === 'ready'
  if (open && answer.agents.length > 0)
    print.line(aside(`  could be taken by ${answer.agents.join(', ')}`))
}
