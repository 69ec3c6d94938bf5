// `midwatch account`: the credentials of the fleet, who uses them, how they fare; and a person's choice among them, which
// outranks the automatic one until its time is over.

import { isoTime, localTime } from '../../../base/when.ts'
import { type AccountChoice, accountLane } from '../../../model/account.ts'
import { gateRelease } from '../../../model/gate.ts'
import { type AccountLine, accountLines, agentsFor, choicesOf } from '../../accounts.ts'
import { durationMs } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { paintGate } from '../labels.ts'
import { gateShape } from '../shapes.ts'
import { humanTimes } from '../text.ts'

interface UseOptions {
  agent?: string
  for?: string
  reason?: string
  dryRun?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .command('list')
    .summary('every account: who uses it, how its gate stands, who chose it')
    .action(act(list))
  command
    .command('use')
    .summary('take this account and no other, for a time; then the automatic choice returns')
    .argument('<account>', 'as midwatch.yaml names it')
    .option('--agent <name>', 'only this agent; every agent that names the account when left out')
    .option('--for <duration>', 'how long', '8h')
    .option('--reason <text>', 'why')
    .option('--dry-run', 'only show what would change')
    .action(act(use))
  command
    .command('reset')
    .summary('end a choice: the first account that works is taken again')
    .option('--agent <name>', 'only this agent; every agent with a choice when left out')
    .option('--dry-run', 'only show what would change')
    .action(act(reset))
}

async function list(call: Call): Promise<void> {
  const lines = await accountLines(await call.fleet(), call.world.clock.now())
  const { print } = call
  if (call.json) return print.json({ accounts: lines.map(shapeOf) })
  if (lines.length === 0) return print.line('No agent drives a client that has an account')
  const now = call.world.clock.now()
  print.table(lines, [
    { head: 'ACCOUNT', text: (one) => one.account },
    {
      head: 'STATE',
      text: (one) => one.gate.state,
      paint: (text, one) => paintGate(print.paint, one.gate.state, text),
    },
    { head: 'AGENTS', text: (one) => one.agents.join(', '), gives: true },
    {
      head: 'CHOSEN',
      text: (one) => one.chosen.map(choiceText).join('; '),
      gives: true,
    },
    {
      head: 'RELEASE',
      text: (one) =>
        one.gate.state === 'passing' ? '' : humanTimes(gateRelease(one.gate, isoTime), now),
      gives: true,
    },
  ])
}

const choiceText = ({ agent, by, until }: AccountChoice): string =>
  `for ${agent} by ${by} until ${localTime(until)}`

const shapeOf = ({ account, agents, gate, chosen }: AccountLine) => ({
  account,
  agents,
  gate: gateShape(gate),
  chosen: chosen.map(choiceShape),
})

const choiceShape = ({ agent, account, by, reason, until }: AccountChoice) => ({
  agent,
  account,
  by,
  reason,
  until: isoTime(until),
})

async function use(call: Call<UseOptions>): Promise<void> {
  const fleet = await call.fleet()
  const account = String(call.args[0])
  const agents = agentsFor(fleet, account, call.options.agent)
  const { by } = await call.actor()
  const now = fleet.clock.now()
  const until = now + durationMs(call.options.for ?? '8h', '--for')
  const reason = call.options.reason ?? `chosen by ${by}`
  const wanted = agents.map((agent) => ({ agent, account, by, reason, until, since: now }))
  if (call.options.dryRun === true) return tell(call, wanted, 'Nothing is changed. This would be:')
  for (const { since: _, ...choice } of wanted) await fleet.store.chooseAccount({ ...choice, now })
  fleet.store.poke()
  const gate = (await fleet.store.gates()).find((one) => one.lane === accountLane(account))
  tell(call, wanted, null)
  if (!call.json && gate !== undefined && gate.state !== 'passing')
    call.print.note(
      `Its gate is ${gate.state}: tasks wait for it. Way back: ${gateRelease(gate, localTime)}`,
    )
}

async function reset(call: Call<UseOptions>): Promise<void> {
  const fleet = await call.fleet()
  const { agent, dryRun } = call.options
  const now = fleet.clock.now()
  const choices = await choicesOf(fleet, agent, now)
  if (dryRun === true) return tell(call, choices, 'Nothing is changed. These would end:')
  const { by } = await call.actor()
  for (const one of choices) await fleet.store.unchooseAccount({ agent: one.agent, by, now })
  fleet.store.poke()
  if (call.json) return call.print.json({ ended: choices.map(choiceShape) })
  if (choices.length === 0) return call.print.line('Nobody has chosen an account')
  for (const one of choices)
    call.print.line(`Agent ${one.agent} takes the first account that works again`)
}

function tell(
  call: Call<UseOptions>,
  choices: readonly AccountChoice[],
  note: string | null,
): void {
  const { print } = call
  const dry = note === null ? {} : { dryRun: true }
  if (call.json) print.json({ ...dry, choices: choices.map(choiceShape) })
  else if (choices.length === 0) print.line('Nothing would change')
  else {
    if (note !== null) print.note(note)
    for (const { agent, account, until } of choices)
      print.line(
        `Agent ${agent} uses ${account} and no other until ${localTime(until)}; \`midwatch account reset\` ends it`,
      )
  }
}
