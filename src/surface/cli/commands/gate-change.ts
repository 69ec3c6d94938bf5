// `midwatch gate pin|pause|drain|reset|resume`: what a person does to gates, one or many at a time, shown first where
// asked. Whatever is changed is a fact with who and why.

import { usage } from '../../../base/errors.ts'
import { fleetLane } from '../../../model/gate.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import {
  type GateOptions,
  isByPerson,
  isWorthReset,
  openLanes,
  pinLanes,
  refuseUnpaused,
} from '../gate-acts.ts'
import type { Command } from '../grammar.ts'
import { knownLane } from '../gates.ts'
import { count } from '../labels.ts'
import type { Fleet } from '../world.ts'

export function defineChanges(command: Command, act: Act): void {
  const reason = ['--reason <text>', 'why'] as const
  const until = [
    '--until <when>',
    'when it reopens by itself: 2h, 04:30, 2026-11-21T04:30',
  ] as const
  const dryRun = ['--dry-run', 'only show what would change'] as const
  const shutting = (
    name: string,
    summary: string,
    lanes: string,
    act: Parameters<Command['action']>[0],
  ) =>
    command
      .command(name)
      .summary(summary)
      .argument(lanes, 'fleet, host:NAME, agent:NAME, account:NAME …')
      .option(...reason)
      .option(...until)
      .option(...dryRun)
      .action(act)
  const opening = (
    name: string,
    summary: string,
    all: string,
    act: Parameters<Command['action']>[0],
  ) =>
    command
      .command(name)
      .summary(summary)
      .argument('[lanes...]', 'as `gate list` names them')
      .option('--all', all)
      .option(...reason)
      .option(...dryRun)
      .action(act)
  shutting(
    'pin',
    'let nothing pass a lane until you reset it, or until a time',
    '<lanes...>',
    act(pinWith('pinned')),
  )
  shutting(
    'pause',
    'the same for the fleet, or for the lanes you name',
    '[lanes...]',
    act(pinWith('paused')),
  )
  shutting('drain', 'take nothing new; what runs goes on to its end', '[lanes...]', act(drain))
  opening(
    'reset',
    'let a lane pass again; one that failed comes back slowly',
    'every gate that is not passing',
    act(reset),
  )
  opening(
    'resume',
    'undo what a person pinned: the fleet, or the lanes you name',
    'everything that persons pinned',
    act(resume),
  )
}

const pinWith =
  (word: string) =>
  async (call: Call<GateOptions>): Promise<void> => {
    const fleet = await call.fleet()
    await pinLanes(call, fleet, await named(fleet, call, [fleetLane]), word)
  }

async function drain(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const lanes = await named(fleet, call, [fleetLane])
  await pinLanes(call, fleet, lanes, 'drained')
  if (call.json) return
  const open = await fleet.store.unended(null)
  const left = open.filter((attempt) => attempt.lanes.some((lane) => lanes.includes(lane))).length
  call.print.note(
    left === 0 ? 'Nothing is under way there.' : `${count(left, 'attempt')} still under way there.`,
  )
}

async function reset(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const stopped = (await fleet.store.gates()).filter(isWorthReset)
  const lanes =
    call.options.all === true ? stopped.map((gate) => gate.lane) : await named(fleet, call, [])
  if (lanes.length === 0 && call.options.all !== true) throw nothingNamed('reset')
  await openLanes(call, fleet, lanes, 'reset')
}

async function resume(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const gates = await fleet.store.gates()
  const byPersons = gates.filter(isByPerson).map((gate) => gate.lane)
  const lanes = call.options.all === true ? byPersons : await named(fleet, call, [fleetLane])
  refuseUnpaused(gates, lanes)
  await openLanes(call, fleet, lanes, 'resumed')
}

/** The lanes that were typed, each known; `otherwise` when none was. */
async function named(
  fleet: Fleet,
  { args }: Call<GateOptions>,
  otherwise: readonly string[],
): Promise<string[]> {
  const typed = args.flat().filter((one): one is string => typeof one === 'string')
  if (typed.length === 0) return [...otherwise]
  const lanes: string[] = []
  for (const lane of typed) lanes.push(await knownLane(fleet, lane))
  return [...new Set(lanes)]
}

const nothingNamed = (verb: string) =>
  usage(
    'gate.no_lane',
    `which gate to ${verb}?`,
    `name lanes as \`midwatch gate list\` does, or --all`,
  )
