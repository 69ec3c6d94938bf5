// What a fact means to a lane: charge, evidence, or nothing. The evidence table of ARCHITECTURE §5 as code. Pure.

import type { Attempt } from '../../model/attempt.ts'
import type { Fact, FactKind } from '../../model/fact.ts'
import { isDroppedFlag } from '../../model/failure.ts'
import { hostLane } from '../../model/gate.ts'
import {
  chargeOf,
  endingProves,
  type LaneKind,
  laneKind,
  laneKinds,
  type Stage,
  tellsNothing,
  understood,
} from '../../model/lane-rules.ts'
import type { Seen } from './seen.ts'

/** A fact with the attempt it is about, as far as lanes are concerned. */
export interface LaneFact {
  readonly fact: Fact
  readonly attempt: Pick<Attempt, 'id' | 'taskId' | 'agent' | 'host' | 'lanes' | 'verdict'> | null
}

/** How far a session has come when this is recorded of it. */
const stageOf: Readonly<Partial<Record<FactKind, Stage>>> = {
  'attempt.confirmed': 'start',
  'attempt.ordered': 'order',
  'attempt.progress': 'order',
  'attempt.spoke': 'speech',
}

/** The lanes a fact may move, widest first. `known` are those that have a row. */
export function lanesConcerned({ fact, attempt }: LaneFact, known: readonly string[]): string[] {
  const { body } = fact
  if (attempt !== null) return widestFirst(attempt.lanes)
  switch (body.kind) {
    case 'host.returned':
      return widestFirst([
        hostLane(body.host),
        ...known.filter((lane) => laneKind(lane) === 'agent'),
      ])
    case 'cli.changed':
    case 'config.loaded':
      return widestFirst(body.lanes ?? [])
    case 'gate.tested':
    case 'credential.seen':
      return [body.lane]
    default:
      return []
  }
}

/** Lanes that learn from attempts, widest first. */
const widestFirst = (lanes: readonly string[]): string[] =>
  lanes.filter((lane) => laneKind(lane) !== null).toSorted((a, b) => width(a) - width(b))

const width = (lane: string): number => laneKinds.indexOf(laneKind(lane) ?? 'agent')

/** What the fact means to this lane, or null when it means nothing. */
export function seenOf({ fact, attempt }: LaneFact, lane: string): Seen | null {
  const kind = laneKind(lane)
  if (kind === null) return null
  const { body, at } = fact
  if (attempt === null) return seenOfWorld(fact, kind)
  if (body.kind === 'attempt.ended') return seenOfEnding(kind, at, attempt)
  const stage = stageOf[body.kind]
  if (stage === undefined) return null
  return {
    seen: 'evidence',
    at,
    attempt: attempt.id,
    stage: isPlain(attempt) && stage === 'start' ? 'speech' : stage,
  }
}

/** A program without events of its own: that it was executed is all the evidence there is. */
const isPlain = ({ lanes }: { lanes: readonly string[] }): boolean =>
  !lanes.some((lane) => laneKind(lane) === 'cli')

function seenOfWorld({ body, at }: Fact, kind: LaneKind): Seen | null {
  switch (body.kind) {
    case 'host.returned':
      return {
        seen: 'changed',
        at,
        what: `host ${body.host} came back`,
        mends: 'waits',
        trial: false,
      }
    case 'config.loaded':
      return {
        seen: 'changed',
        at,
        what: `the configuration changed (${body.hash.slice(0, 8)})`,
        mends: 'all',
        trial: kind === 'agent',
      }
    case 'cli.changed': {
      const what = `${body.cli} on ${body.host} is another build (${body.from} → ${body.to})`
      return { seen: 'changed', at, what, mends: 'all', trial: kind === 'cli' }
    }
    case 'gate.tested':
      return { seen: 'tested', at, passed: body.passed, by: body.by }
    case 'credential.seen':
      return { seen: 'credential', at, host: body.host, print: body.print }
    default:
      return null
  }
}

const isModel = (lane: string): boolean => laneKind(lane) === 'model'

function seenOfEnding(
  kind: LaneKind,
  at: number,
  attempt: NonNullable<LaneFact['attempt']>,
): Seen | null {
  const { id, taskId, agent, lanes, verdict } = attempt
  if (verdict === null) return null
  const { class: name, blame, resetAt, needsPerson = false, evidence } = verdict
  // An agent with fallback models goes on with the others: only the lane of this model pays.
  const isModels = kind === 'agent' && name === 'model_unavailable' && lanes.some(isModel)
  const rule = isModels ? null : chargeOf(kind, name, blame)
  if (rule !== null) {
    const provider = lanes.find((lane) => laneKind(lane) === 'provider') ?? null
    const entry = { task: taskId, attempt: id, class: name, agent, provider, at }
    return { seen: 'charge', at, rule, entry, stated: { resetAt, needsPerson, evidence } }
  }
  if (endingProves[name].includes(kind)) return { seen: 'evidence', at, attempt: id, stage: 'end' }
  if (name === 'lost' && kind === 'host') return { seen: 'loss', at, attempt: id }
  if (kind === 'fleet' && blame === 'task' && understood.has(name))
    return { seen: 'understood', at, attempt: id }
  // A fleet waits for a good ending, or for several that are understood; what another lane pays tells it nothing.
  const repeat = tellsNothing.has(name) || kind === 'fleet' || isDroppedFlag(verdict)
  return { seen: 'over', at, attempt: id, repeat }
}
