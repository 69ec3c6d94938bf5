// `midwatch gate`: lanes that are out of order. The commands that change one are in gate-change.ts.

import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { knownLane, tellGates } from '../gates.ts'
import { gateShape } from '../shapes.ts'
import { defineChanges } from './gate-change.ts'

export function define(command: Command, act: Act): void {
  command
    .command('list')
    .summary('every gate that is not passing; --all for all')
    .option('--all', 'passing ones, too')
    .action(act(list))
  command
    .command('show')
    .summary('one gate')
    .argument('<lane>', 'as `gate list` names it')
    .action(act(show))
  defineChanges(command, act)
}

async function list(call: Call<{ all?: boolean }>): Promise<void> {
  const { store, clock } = await call.fleet()
  const gates = (await store.gates()).filter(
    (gate) => call.options.all === true || gate.state !== 'passing',
  )
  if (call.json) return call.print.json({ gates: gates.map(gateShape) })
  if (gates.length === 0) return call.print.line('Every gate is passing')
  tellGates(call, gates, clock.now())
}

async function show(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const lane = await knownLane(fleet, String(call.args[0]))
  const gate = (await fleet.store.gates()).find((one) => one.lane === lane) ?? {
    lane,
    state: 'passing' as const,
  }
  if (call.json) return call.print.json({ gate: gateShape(gate) })
  tellGates(call, [gate], fleet.clock.now())
}
