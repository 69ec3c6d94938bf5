// `midwatch gate`: lanes that are out of order, and the commands that pin or reset one.

import type { Command } from 'commander'

import { failed, notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { relativeTime } from '../../../base/when.ts'
import { fleetLane, type Gate, gateRelease } from '../../../model/gate.ts'
import { isoTime } from '../../../base/when.ts'
import { futureTime } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { paintGate } from '../labels.ts'
import { gateShape } from '../shapes.ts'
import { humanTimes } from '../text.ts'
import type { Fleet } from '../world.ts'

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
  command
    .command('pin')
    .summary('let nothing pass a lane until you reset it, or until a time')
    .argument('<lane>', 'fleet, host:NAME or agent:NAME')
    .option('--reason <text>', 'why')
    .option('--until <when>', 'when it reopens by itself: 2h, 04:30, 2026-11-21T04:30')
    .action(act(pin))
  command
    .command('reset')
    .summary('let a lane pass again')
    .argument('<lane>', 'as `gate list` names it')
    .option('--reason <text>', 'why')
    .action(act(reset))
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

async function pin(call: Call<{ reason?: string; until?: string }>): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const lane = await knownLane(fleet, String(call.args[0]))
  const now = fleet.clock.now()
  const until =
    call.options.until === undefined ? null : futureTime(call.options.until, '--until', now)
  await fleet.store.pin({ lane, by, reason: call.options.reason ?? `pinned by ${by}`, until, now })
  fleet.store.poke()
  await tellGate(call, fleet, lane)
}

async function reset(call: Call<{ reason?: string }>): Promise<void> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const lane = await knownLane(fleet, String(call.args[0]))
  const reason = call.options.reason ?? `reset by ${by}`
  const { was } = await fleet.store.resetGate({ lane, by, reason, now: fleet.clock.now() })
  fleet.store.poke()
  if (call.json) return call.print.json({ lane, was })
  call.print.line(`Gate ${lane} was ${was} and passes`)
}

/** A lane that exists: the fleet, one of its hosts or agents, or one that has a gate. Throws `gate.unknown_lane`. */
async function knownLane({ store, offers, host }: Fleet, lane: string): Promise<string> {
  const [gates, hosts] = await Promise.all([store.gates(), store.hosts()])
  const known = new Set([
    fleetLane,
    ...offers.map((offer) => `agent:${offer.agent}`),
    `host:${host.name}`,
    ...hosts.map((row) => `host:${row.name}`),
    ...gates.map((gate) => gate.lane),
  ])
  if (known.has(lane)) return lane
  throw notFound(
    'gate.unknown_lane',
    `there is no lane ${lane}${didYouMean(lane, known)}`,
    `one of ${[...known].join(', ')}`,
  )
}

async function tellGate(call: Call, { store, clock }: Fleet, lane: string): Promise<void> {
  const gate = (await store.gates()).find((one) => one.lane === lane)
  if (gate === undefined)
    throw failed(
      'gate.not_kept',
      `the gate ${lane} was not kept`,
      'look at `midwatch gate list --all` and try again',
    )
  if (call.json) return call.print.json({ gate: gateShape(gate) })
  tellGates(call, [gate], clock.now())
}

function tellGates({ print }: Call, gates: readonly Gate[], now: number): void {
  print.table(gates, [
    { head: 'LANE', text: (gate) => gate.lane },
    {
      head: 'STATE',
      text: (gate) => gate.state,
      paint: (text, gate) => paintGate(print.paint, gate.state, text),
    },
    {
      head: 'SINCE',
      text: (gate) => (gate.state === 'passing' ? '' : relativeTime(gate.since, now)),
    },
    { head: 'REASON', text: (gate) => (gate.state === 'passing' ? '' : gate.reason), gives: true },
    { head: 'RELEASE', text: (gate) => humanTimes(gateRelease(gate, isoTime), now), gives: true },
  ])
}
