// `midwatch gate pin|pause|drain|reset|resume`: what a person does to gates, one or many at a time, shown first where
// asked. Whatever is changed is a fact with who and why.

import { failed, refused, usage } from '../../../base/errors.ts'
import { fleetLane, type Gate, houseName } from '../../../model/gate.ts'
import { futureTime } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { knownLane, tellGates } from '../gates.ts'
import { count } from '../labels.ts'
import { gateShape } from '../shapes.ts'
import type { Fleet } from '../world.ts'

interface ChangeOptions {
  reason?: string
  until?: string
  all?: boolean
  dryRun?: boolean
}

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
  async (call: Call<ChangeOptions>): Promise<void> => {
    const fleet = await call.fleet()
    await pinAll(call, fleet, word)
  }

async function drain(call: Call<ChangeOptions>): Promise<void> {
  const fleet = await call.fleet()
  const lanes = await pinAll(call, fleet, 'drained')
  if (call.json) return
  const open = await fleet.store.unended(null)
  const left = open.filter((attempt) => attempt.lanes.some((lane) => lanes.includes(lane))).length
  call.print.note(
    left === 0 ? 'Nothing is under way there.' : `${count(left, 'attempt')} still under way there.`,
  )
}

/** Pins the lanes that were named, or the fleet. Answers which. */
async function pinAll(call: Call<ChangeOptions>, fleet: Fleet, word: string): Promise<string[]> {
  const { reason, until: when, dryRun } = call.options
  const { by } = await call.actor()
  const { store } = fleet
  const now = fleet.clock.now()
  const lanes = await named(fleet, call, [fleetLane])
  const until = when === undefined ? null : futureTime(when, '--until', now)
  const why = reason ?? `${word} by ${by}`
  const wanted = lanes.map(
    (lane): Gate => ({ lane, state: 'pinned', since: now, until, by, reason: why }),
  )
  if (dryRun === true) {
    preview(call, wanted, now)
    return lanes
  }
  for (const lane of lanes) await store.pin({ lane, by, reason: why, until, now })
  store.poke()
  const kept = (await store.gates()).filter((gate) => lanes.includes(gate.lane))
  if (kept.length < lanes.length)
    throw failed(
      'gate.not_kept',
      `the gate ${lanes.find((lane) => !kept.some((gate) => gate.lane === lane))} was not kept`,
      'look at `midwatch gate list --all` and try again',
    )
  tellChanged(call, kept, now)
  return lanes
}

async function reset(call: Call<ChangeOptions>): Promise<void> {
  const fleet = await call.fleet()
  const stopped = (await fleet.store.gates()).filter(isWorthReset)
  const lanes =
    call.options.all === true ? stopped.map((gate) => gate.lane) : await named(fleet, call, [])
  if (lanes.length === 0 && call.options.all !== true) throw nothingNamed('reset')
  await openAll(call, fleet, lanes, 'reset')
}

async function resume(call: Call<ChangeOptions>): Promise<void> {
  const fleet = await call.fleet()
  const gates = await fleet.store.gates()
  const byPersons = gates.filter(isByPerson).map((gate) => gate.lane)
  const lanes = call.options.all === true ? byPersons : await named(fleet, call, [fleetLane])
  for (const lane of lanes) {
    const gate = gates.find((one) => one.lane === lane)
    if (gate === undefined || gate.state === 'passing' || isByPerson(gate)) continue
    throw refused(
      'gate.not_paused',
      `${lane} is ${gate.state} by its failures, nobody paused it: ${gate.reason}`,
      `\`midwatch gate reset ${lane}\` if you have mended it`,
    )
  }
  await openAll(call, fleet, lanes, 'resumed')
}

const isByPerson = (gate: Gate): boolean => gate.state === 'pinned' && gate.by !== houseName
const isWorthReset = (gate: Gate): boolean => gate.state !== 'passing' || gate.ramp !== undefined

async function openAll(
  call: Call<ChangeOptions>,
  fleet: Fleet,
  lanes: readonly string[],
  word: string,
): Promise<void> {
  const { store, clock } = fleet
  const { by } = await call.actor()
  const reason = call.options.reason ?? `${word} by ${by}`
  const before = await store.gates()
  const wasOf = (lane: string) =>
    before.find((gate) => gate.lane === lane) ?? { lane, state: 'passing' as const }
  if (call.options.dryRun === true) return preview(call, lanes.map(wasOf), clock.now())
  const changed: { lane: string; was: string }[] = []
  for (const lane of lanes)
    changed.push({ lane, ...(await store.resetGate({ lane, by, reason, now: clock.now() })) })
  store.poke()
  if (call.json) return call.print.json(changed.length === 1 ? { ...changed[0] } : { changed })
  if (changed.length === 0) return call.print.line('Nothing to do')
  for (const { lane, was } of changed) call.print.line(`Gate ${lane} was ${was} and passes`)
}

/** What would be touched, without touching it. */
function preview(call: Call<ChangeOptions>, gates: readonly Gate[], now: number): void {
  if (call.json) call.print.json({ dryRun: true, gates: gates.map(gateShape) })
  else if (gates.length === 0) call.print.line('Nothing would change')
  else {
    call.print.note('Nothing is changed. This would be:')
    tellGates(call, gates, now)
  }
}

function tellChanged(call: Call<ChangeOptions>, gates: readonly Gate[], now: number): void {
  const [only] = gates
  const shapes = gates.map(gateShape)
  if (!call.json) tellGates(call, gates, now)
  else
    call.print.json(
      shapes.length === 1 && only !== undefined ? { gate: shapes[0] } : { gates: shapes },
    )
}

/** The lanes that were typed, each known; `otherwise` when none was. */
async function named(
  fleet: Fleet,
  { args }: Call<ChangeOptions>,
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
