// What is known of lanes and done to their gates, by the verbs of `midwatch gate`; shown first where asked. What cannot be
// done is refused with the sentence of the table.

import { notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import type { Attempt } from '../../../model/attempt.ts'
import { agentLane, fleetLane, type Gate, hostLane } from '../../../model/gate.ts'
import { freshLane, type Lane } from '../../../model/lane.ts'
import { canLane, type LaneAct, laneCans } from '../../can.ts'
import { gateShape } from '../../cli/shapes.ts'
import type { laneRoutes } from '../contract/lanes.ts'
import type { House } from '../house.ts'
import { refusalOf, refuse } from '../problem.ts'
import type { Call, Handlers } from './call.ts'
import { streakView } from './streak.ts'
import { timeToCome } from './times.ts'

type Routes = typeof laneRoutes
type Names = Exclude<keyof Routes, 'listAgents' | 'showAgent'>
type ShutCall = Call<Routes['pinGate']>
type OpenCall = Call<Routes['resetGate']>

export const laneHandlers: Handlers<Names> = {
  async listGates({ house, query }) {
    const sights = await sightsOf(house, await knownLanes(house))
    const wanted = sights.filter(({ lane }) => query.all || lane.gate.state !== 'passing')
    return { gates: wanted.map((one) => gateView(house, one)) }
  },
  showGate: async ({ house, params }) => ({
    gate: gateView(house, await sightOf(house, params.lane)),
  }),
  pinGate: (call) => shut(call, 'pin', 'pinned'),
  pauseGate: (call) => shut(call, 'pause', 'paused'),
  drainGate: (call) => shut(call, 'drain', 'drained'),
  resetGate: (call) => reopen(call, 'reset', 'reset'),
  resumeGate: (call) => reopen(call, 'resume', 'resumed'),
  async probeGate({ house, who, params, query, body }) {
    const sight = await sightOf(house, params.lane)
    check('probe', sight)
    const { store, clock } = house
    const now = clock.now()
    const reason = body.reason ?? 'probed at once'
    const probing: Gate = {
      lane: params.lane,
      state: 'probing',
      since: now,
      canary: null,
      reason,
    }
    if (query.preview) return changedView(true, [probing], [sight])
    const answer = await store.probeNow({ lane: params.lane, by: who.by, reason, now })
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return changedView(false, await gatesNow(house, [params.lane]), [sight])
  },
  async resetGates({ house, who, query, body }) {
    const sights = await sightsOf(house, await lanesMeant(house, body))
    const wanted = sights.filter((sight) => canLane('reset', sight) === null)
    return await resetAll(house, wanted, query.preview, { act: 'reset', by: who.by, ...body })
  },
}

/** A lane with what is under way in it. */
export interface Sight {
  readonly lane: Lane
  readonly gate: Gate
  readonly streak: number
  readonly busy: boolean
  readonly open: number
}

/** Every lane that exists: the fleet, hosts, agents, lanes of their clients, and those that have a gate. */
export async function knownLanes({ store, hostName, current }: House): Promise<string[]> {
  const [hosts, seen] = await Promise.all([store.hosts(), store.gates()])
  const { offers } = current()
  return [
    ...new Set([
      fleetLane,
      hostLane(hostName),
      ...hosts.map((row) => hostLane(row.name)),
      ...offers.flatMap((offer) => offer.lanes ?? []),
      ...offers.map((offer) => agentLane(offer.agent)),
      ...seen.map(({ lane }) => lane),
    ]),
  ]
}

export async function sightsOf(house: House, lanes: readonly string[]): Promise<Sight[]> {
  const [seen, open] = await Promise.all([house.store.lanes(lanes), house.store.unended(null)])
  return lanes.map((name) => sight(seen.find((one) => one.lane === name) ?? freshLane(name), open))
}

function sight(lane: Lane, open: readonly Attempt[]): Sight {
  const under = open.filter((attempt) => attempt.lanes.includes(lane.lane)).length
  const gate = { ...lane.gate, lane: lane.lane }
  return { lane, gate, streak: lane.memory.streak.length, busy: under > 0, open: under }
}

async function sightOf(house: House, name: string): Promise<Sight> {
  const known = await knownLanes(house)
  if (!known.includes(name))
    throw notFound(
      'gate.unknown_lane',
      `there is no lane ${name}${didYouMean(name, known)}`,
      `one of ${known.join(', ')}`,
    )
  const [found] = await sightsOf(house, [name])
  return found ?? sight(freshLane(name), [])
}

export const gateView = ({ current }: House, one: Sight) => ({
  ...gateShape(one.gate),
  streak: streakView(one.lane, current().config),
  busy: one.open,
  can: laneCans(one),
})

function check(act: LaneAct, one: Sight): void {
  const why = canLane(act, one)
  if (why !== null) throw refusalOf(why)
}

async function shut({ house, who, params, query, body }: ShutCall, act: LaneAct, word: string) {
  const before = await sightOf(house, params.lane)
  check(act, before)
  const { store, clock } = house
  const now = clock.now()
  const until = body.until === undefined ? null : timeToCome(body.until, now)
  const reason = body.reason ?? `${word} by ${who.by}`
  const { lane } = params
  if (query.preview)
    return changedView(
      true,
      [{ lane, state: 'pinned', since: now, until, by: who.by, reason }],
      [before],
    )
  await store.pin({ lane, by: who.by, reason, until, now })
  store.poke()
  return changedView(false, await gatesNow(house, [lane]), [before])
}

async function reopen({ house, who, params, query, body }: OpenCall, act: LaneAct, word: string) {
  const before = await sightOf(house, params.lane)
  check(act, before)
  const reason = body.reason ?? `${word} by ${who.by}`
  return await resetAll(house, [before], query.preview, { act, by: who.by, reason })
}

interface Reopening {
  readonly act: LaneAct
  readonly by: string
  readonly reason?: string | undefined
}

async function resetAll(
  house: House,
  before: readonly Sight[],
  preview: boolean,
  { act, by, reason = `reset by ${by}` }: Reopening,
) {
  const { store, clock } = house
  const lanes = before.map(({ lane }) => lane.lane)
  if (preview)
    return changedView(
      true,
      lanes.map((lane) => ({ lane, state: 'passing' })),
      before,
    )
  for (const lane of lanes) {
    await store.resetGate({ lane, by, reason, now: clock.now() })
    // Who resumes says nothing about what failed.
    if (act === 'reset') await store.releaseCooldowns({ lane, by, now: clock.now() })
  }
  store.poke()
  return changedView(false, await gatesNow(house, lanes), before)
}

async function gatesNow({ store }: House, lanes: readonly string[]): Promise<Gate[]> {
  const gates = await store.gates()
  return lanes.map((lane) => gates.find((one) => one.lane === lane) ?? { lane, state: 'passing' })
}

const changedView = (preview: boolean, gates: readonly Gate[], before: readonly Sight[]) => ({
  preview,
  gates: gates.map(gateShape),
  was: before.map(({ gate }) => ({ lane: gate.lane, state: gate.state })),
  left: before.reduce((sum, { open }) => sum + open, 0),
})

async function lanesMeant(
  house: House,
  body: { lanes?: string[] | undefined; incident?: number | undefined; all?: boolean | undefined },
): Promise<string[]> {
  const known = await knownLanes(house)
  if (body.all === true) return known
  if (body.incident !== undefined) {
    const found = await house.store.incident({ id: body.incident })
    if (found === null)
      throw notFound(
        'incident.missing',
        `there is no incident ${body.incident}`,
        '`midwatch incidents`',
      )
    const lanes = [found.data.lane, ...found.data.lanes].filter((lane) => lane !== null)
    return [...new Set(lanes)].filter((lane) => known.includes(lane))
  }
  if (body.lanes === undefined)
    throw refuse(400, 'usage.lanes', 'which lanes?', 'give lanes, incident, or all')
  for (const lane of body.lanes) await sightOf(house, lane)
  return [...new Set(body.lanes)]
}
