// `midwatch host`: the machines of the fleet, whether their dispatchers live, what they bear, and drain and resume.

import { formatDuration } from '../../../base/duration.ts'
import { notFound, usage } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { isoTime, relativeTime } from '../../../base/when.ts'
import type { HostSeen } from '../../../drivers/store/contract/shapes.ts'
import type { Attempt } from '../../../model/attempt.ts'
import type { Duty } from '../../../model/duty.ts'
import { type Gate, gateRelease, hostLane } from '../../../model/gate.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { type GateOptions, isByPerson, openLanes, pinLanes, refuseUnpaused } from '../gate-acts.ts'
import type { Command } from '../grammar.ts'
import { attemptLabel, count, paintAttempt } from '../labels.ts'
import { attemptShape, gateShape } from '../shapes.ts'
import { humanTimes } from '../text.ts'
import type { Fleet } from '../world.ts'

export function define(command: Command, act: Act): void {
  command.command('list').summary('every host that was ever seen').action(act(list))
  command
    .command('show')
    .summary('everything about one host')
    .argument('<host>', 'its name')
    .action(act(show))
  const changing = (name: string, summary: string, all: string, takes: Parameters<Act>[0]) =>
    command
      .command(name)
      .summary(summary)
      .argument('[hosts...]', 'their names')
      .option('--all', all)
      .option('--reason <text>', 'why')
      .option('--dry-run', 'only show what would change')
      .action(act(takes))
  changing(
    'drain',
    'it takes nothing new; what runs goes on to its end',
    'every host',
    drain,
  ).option('--until <when>', 'when it takes tasks again by itself: 2h, 04:30, 2026-11-21T04:30')
  changing('resume', 'undo a drain', 'every drained host', resume)
}

interface Seen {
  readonly row: HostSeen
  readonly state: string
  readonly gate: Gate
  readonly running: readonly Attempt[]
  readonly duties: readonly Duty[]
}

async function seeHosts(call: Pick<Call, 'world'>, fleet: Fleet): Promise<readonly Seen[]> {
  const { store, host } = fleet
  const [rows, gates, open, duties] = await Promise.all([
    store.hosts(),
    store.gates(),
    store.unended(null),
    store.duties(),
  ])
  const now = fleet.clock.now()
  return await Promise.all(
    rows.map(async (row) => {
      const lane = hostLane(row.name)
      const gate = gates.find((one) => one.lane === lane) ?? { lane, state: 'passing' as const }
      const lives = row.running && (row.name !== host.name || (await call.world.daemonLives(row)))
      const state = stateOf(row, lives, gate)
      return {
        row,
        state,
        gate,
        running: open.filter((one) => one.host === row.name),
        duties: duties.filter((one) => one.host === row.name && one.until > now),
      }
    }),
  )
}

/** Our own dispatcher is judged by its process, that of another host by its own word. */
function stateOf(row: HostSeen, lives: boolean, gate: Gate): string {
  if (!lives) return row.running ? 'died' : 'stopped'
  if (isByPerson(gate)) return 'drained'
  return gate.state === 'passing' ? 'running' : gate.state
}

async function list(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const seen = await seeHosts(call, fleet)
  if (call.json) return call.print.json({ hosts: seen.map(hostShape) })
  if (seen.length === 0) return call.print.line('No host has been seen yet: `midwatch up`')
  const now = fleet.clock.now()
  call.print.table(seen, [
    { head: 'HOST', text: ({ row }) => row.name },
    {
      head: 'STATE',
      text: ({ state }) => state,
      paint: (text, one) => paintState(call, one, text),
    },
    {
      head: 'ATTEMPTS',
      text: ({ row, running }) => `${running.length}/${row.slots ?? '?'}`,
      right: true,
    },
    { head: 'PULSE', text: ({ row }) => relativeTime(row.pulseAt, now) },
    { head: 'PID', text: ({ row }) => String(row.pid), right: true },
    { head: 'BOOT', text: ({ row }) => row.bootId.slice(0, 8) },
    { head: 'CLOCK', text: ({ row }) => clockText(row) },
    {
      head: 'DUTIES',
      text: ({ duties }) => duties.map(({ duty }) => duty).join(', '),
      gives: true,
    },
    { head: 'LABELS', text: ({ row }) => row.labels.join(', '), gives: true },
  ])
}

/** How a host's own clock stands to the store's. */
function clockText({ behindMs }: HostSeen): string {
  if (behindMs === null) return ''
  return Math.abs(behindMs) < 1_000
    ? 'right'
    : `${formatDuration(Math.round(Math.abs(behindMs) / 1_000) * 1_000)} ${behindMs > 0 ? 'slow' : 'fast'}`
}

function paintState({ print }: Call, { state }: Seen, text: string): string {
  if (state === 'running') return print.paint.good(text)
  return state === 'died' ? print.paint.bad(text) : print.paint.waiting(text)
}

async function show(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const name = String(call.args[0])
  const seen = await seeHosts(call, fleet)
  refuseUnknown(seen, [name])
  const one = seen.find(({ row }) => row.name === name)
  if (one === undefined) return
  const lately = await fleet.store.lately({ host: name, limit: latelyMax })
  const { print } = call
  if (call.json)
    return print.json({ host: { ...hostShape(one), lately: lately.map(attemptShape) } })
  const now = fleet.clock.now()
  const { row, gate, running } = one
  print.line(`Host ${name}: ${paintState(call, one, one.state)}`)
  print.line(`  boot ${row.bootId}, process ${row.pid}, pulse ${relativeTime(row.pulseAt, now)}`)
  print.line(`  ${count(running.length, 'attempt')} under way of ${row.slots ?? 'unknown'}`)
  if (row.behindMs !== null) print.line(`  clock, beside the database’s: ${clockText(row)}`)
  if (one.duties.length > 0)
    print.line(`  does alone: ${one.duties.map(({ duty }) => duty).join(', ')}`)
  if (row.labels.length > 0) print.line(`  labels ${row.labels.join(', ')}`)
  if (gate.state !== 'passing') {
    print.line(`  ${gate.state}: ${gate.reason}`)
    print.line(`  ${humanTimes(gateRelease(gate, isoTime), now)}`)
  }
  for (const attempt of lately)
    print.line(
      `  ${attempt.endedAt === null ? '' : relativeTime(attempt.endedAt, now)}: task ${attempt.taskId} ${paintAttempt(print.paint, attempt, attemptLabel(attempt))}`,
    )
}

const latelyMax = 5

const hostShape = ({ row, state, gate, running, duties }: Seen) => ({
  name: row.name,
  state,
  bootId: row.bootId,
  pid: row.pid,
  pulseAt: isoTime(row.pulseAt),
  slots: row.slots,
  labels: row.labels,
  clockBehindMs: row.behindMs,
  duties: duties.map(({ duty, term, since }) => ({ duty, term, since: isoTime(since) })),
  running: running.map(({ id, taskId, agent }) => ({ attempt: id, task: taskId, agent })),
  gate: gateShape(gate),
})

async function drain(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const lanes = await named(call, fleet, () => true)
  await pinLanes(call, fleet, lanes, 'drained')
  if (call.json) return
  const left = (await fleet.store.unended(null)).filter(({ host }) =>
    lanes.includes(hostLane(host)),
  )
  call.print.note(
    left.length === 0
      ? 'Nothing is under way there.'
      : `${count(left.length, 'attempt')} still under way there.`,
  )
}

async function resume(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const lanes = await named(call, fleet, ({ gate }) => isByPerson(gate))
  refuseUnpaused(await fleet.store.gates(), lanes)
  await openLanes(call, fleet, lanes, 'resumed')
}

/** The lanes of the hosts that were typed, each known; with --all those that `fits`. */
async function named(
  call: Call<GateOptions>,
  fleet: Fleet,
  fits: (seen: Seen) => boolean,
): Promise<string[]> {
  const typed = call.args.flat().filter((one): one is string => typeof one === 'string')
  const seen = await seeHosts(call, fleet)
  refuseUnknown(seen, typed)
  if (call.options.all === true) return seen.filter(fits).map(({ row }) => hostLane(row.name))
  if (typed.length > 0) return [...new Set(typed)].map(hostLane)
  throw usage('host.none_named', 'which host?', 'name hosts as `midwatch host list` does, or --all')
}

function refuseUnknown(seen: readonly Seen[], names: readonly string[]): void {
  const known = seen.map(({ row }) => row.name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw notFound(
    'host.missing',
    `no host is called ${unknown}${didYouMean(unknown, known)}`,
    known.length === 0
      ? 'a host is known once `midwatch up` ran there'
      : `one of ${known.join(', ')}`,
  )
}
