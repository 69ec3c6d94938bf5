// `midwatch agent`: the agents of the fleet, how each stands, and the button for it: reset, pause, resume, one or all, with
// a preview. An agent's streak is never stored; a reset is a fact, and the streak is what failed after it.

import { notFound, usage } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { isoTime, relativeTime } from '../../../base/when.ts'
import { agentLane, gateRelease } from '../../../model/gate.ts'
import { streakSentence } from '../../../model/streak.ts'
import { type AgentSeen, agentShape, seeAgents, stateOf } from '../agents/agent-shape.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { type GateOptions, isByPerson, openLanes, pinLanes, refuseUnpaused } from '../gate-acts.ts'
import type { Command } from '../grammar.ts'
import { attemptLabel, paintAttempt } from '../labels.ts'
import { humanTimes } from '../text.ts'
import type { Fleet } from '../world.ts'

export function define(command: Command, act: Act): void {
  command.command('list').summary('every agent, its streak and its next try').action(act(list))
  command
    .command('show')
    .summary('everything about one agent')
    .argument('<agent>', 'its name')
    .action(act(show))
  const changing = (name: string, summary: string, all: string, takes: Parameters<Act>[0]) =>
    command
      .command(name)
      .summary(summary)
      .argument('[agents...]', 'their names')
      .option('--all', all)
      .option('--reason <text>', 'why')
      .option('--dry-run', 'only show what would change')
      .action(act(takes))
  changing(
    'reset',
    'forget what failed: it is tried again at once',
    'every agent that failed',
    reset,
  )
  changing('pause', 'give it nothing until you resume it', 'every agent', pause).option(
    '--until <when>',
    'when it goes on by itself: 2h, 04:30, 2026-11-21T04:30',
  )
  changing('resume', 'undo a pause', 'every paused agent', resume)
}

async function list(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const seen = await seeAgents(fleet, null)
  if (call.json) return call.print.json({ agents: seen.map(agentShape) })
  const now = fleet.clock.now()
  const { print } = call
  print.table(seen, [
    { head: 'AGENT', text: ({ agent }) => agent.name },
    { head: 'CLIENT', text: ({ agent }) => agent.adapter },
    { head: 'TIER', text: ({ agent }) => agent.tier },
    { head: 'STATE', text: stateOf, paint: (text, one) => paintState(call, one, text) },
    { head: 'STREAK', text: ({ streak }) => streakSentence(streak), gives: true },
    { head: 'NEXT TRY', text: (one) => nextTry(one, now) },
    { head: 'LAST', text: ({ lately: [last] }) => (last ? attemptLabel(last) : '') },
    {
      head: 'ENDED',
      text: ({ lately: [last] }) => (last?.endedAt ? relativeTime(last.endedAt, now) : ''),
    },
  ])
}

function paintState({ print }: Call, { lane }: AgentSeen, text: string): string {
  const { state } = lane.gate
  if (state === 'passing') return text.startsWith('working') ? print.paint.moving(text) : text
  return state === 'pinned' ? print.paint.bad(text) : print.paint.waiting(text)
}

function nextTry({ lane }: AgentSeen, now: number): string {
  const { gate } = lane
  if (gate.state === 'shut') return relativeTime(gate.until, now)
  if (gate.state === 'pinned')
    return gate.until === null ? 'you say' : relativeTime(gate.until, now)
  return gate.state === 'probing' ? 'next task' : ''
}

async function show(call: Call): Promise<void> {
  const fleet = await call.fleet()
  const name = String(call.args[0])
  refuseUnknown(fleet, [name])
  const [one] = await seeAgents(fleet, name)
  if (one === undefined) return
  if (call.json) return call.print.json({ agent: agentShape(one) })
  tell(call, one, fleet.clock.now())
}

function tell(call: Call, one: AgentSeen, now: number): void {
  const { print } = call
  const { agent, lane, streak, running, lately } = one
  const { name, adapter, model, tier, roles, slots } = agent
  print.line(`Agent ${name}: ${paintState(call, one, stateOf(one))}`)
  const more = [model, `tier ${tier}`, roles.length > 0 ? `roles ${roles.join(', ')}` : null]
  print.line(
    `  ${[adapter, ...more.filter((part) => part !== null), `${slots} slots`].join(' · ')}`,
  )
  const { gate } = lane
  if (streak.failures > 0)
    print.line(
      `  ${streakSentence(streak)}, last ${streak.class}${streak.coolingDown ? '; cooling down' : ''}`,
    )
  if (gate.state !== 'passing') {
    print.line(`  ${gate.reason}`)
    print.line(`  ${humanTimes(gateRelease({ lane: lane.lane, ...gate }, isoTime), now)}`)
    const undo = isByPerson({ lane: lane.lane, ...gate }) ? 'resume' : 'reset'
    print.line(`  at once: \`midwatch agent ${undo} ${name}\``)
  }
  for (const { id, taskId, host } of running)
    print.line(`  works on task ${taskId} (attempt ${id} on ${host})`)
  for (const attempt of lately) {
    const when = attempt.endedAt === null ? '' : relativeTime(attempt.endedAt, now)
    const evidence = attempt.verdict?.evidence ?? ''
    print.line(
      `  ${when}: task ${attempt.taskId} ${paintAttempt(print.paint, attempt, attemptLabel(attempt))} ${print.paint.aside(evidence)}`,
    )
  }
}

async function reset(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const names = await named(call, fleet, (seen) => !isPaused(seen) && hasFailed(seen))
  await openLanes(call, fleet, names.map(agentLane), 'reset')
}

async function pause(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const names = await named(call, fleet, () => true)
  await pinLanes(call, fleet, names.map(agentLane), 'paused')
}

async function resume(call: Call<GateOptions>): Promise<void> {
  const fleet = await call.fleet()
  const lanes = (await named(call, fleet, isPaused)).map(agentLane)
  refuseUnpaused(await fleet.store.gates(), lanes)
  await openLanes(call, fleet, lanes, 'resumed')
}

const isPaused = ({ lane }: AgentSeen): boolean => isByPerson({ lane: lane.lane, ...lane.gate })
const hasFailed = ({ lane }: AgentSeen): boolean =>
  lane.gate.state !== 'passing' || lane.gate.ramp !== undefined || lane.memory.streak.length > 0

/** The agents that were typed, each known; with --all those that `fits`. */
async function named(
  { args, options }: Call<GateOptions>,
  fleet: Fleet,
  fits: (seen: AgentSeen) => boolean,
): Promise<string[]> {
  const typed = args.flat().filter((one): one is string => typeof one === 'string')
  refuseUnknown(fleet, typed)
  if (options.all === true)
    return (await seeAgents(fleet, null)).filter(fits).map(({ agent }) => agent.name)
  if (typed.length > 0) return [...new Set(typed)]
  throw usage(
    'agent.none_named',
    'which agent?',
    'name agents as `midwatch agent list` does, or --all',
  )
}

function refuseUnknown({ config }: Fleet, names: readonly string[]): void {
  const known = config.agents.map((agent) => agent.name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw notFound(
    'agent.missing',
    `no agent is called ${unknown}${didYouMean(unknown, known)}`,
    `one of ${known.join(', ')}`,
  )
}
