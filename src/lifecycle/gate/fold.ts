// Before me: facts that nobody has judged. After me: lanes that know them, in one commit with the facts and incidents
// this makes. I promise: a fact is folded once, in order; folding again from the same facts makes the same lanes; what
// somebody else wrote in between is never overwritten, but judged anew.

import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { jitter } from '../../base/random.ts'
import { isoTime } from '../../base/when.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Unfolded, UnfoldedFact } from '../../drivers/store/contract/shapes.ts'
import type { Fact, FactBody } from '../../model/fact.ts'
import { houseName } from '../../model/gate.ts'
import { incidentOfLane, type IncidentMove, laneOfIncident, noData } from '../../model/incident.ts'
import { freshLane, type Lane } from '../../model/lane.ts'
import { chargesLanes, relapseMs } from '../../model/lane-rules.ts'
import { judge } from './breaker.ts'
import { lanesConcerned, seenOf } from './evidence.ts'
import { incidentsOf } from './incidents.ts'
import { rebuild } from './rebuild.ts'
import type { BreakerRules, Judged, Move, StartRules } from './seen.ts'

export type { StartRules }

export interface FoldDeps {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  /** How often agents may fail to start, where the configuration says so. */
  readonly starts?: (agent: string) => StartRules | null
}

/** What one host remembers between folds: how far it has looked without finding anything to write. */
export interface FoldCursor {
  seenTo: number
}

export const newFoldCursor = (): FoldCursor => ({ seenTo: 0 })

const pageSize = 500
/** Facts that changed nothing are passed over in memory; the stored cursor follows only this often. */
const cursorStep = 1_000
const triesMax = 20

/** Folds until nothing is left. Answers how many lanes changed. */
export async function fold(deps: FoldDeps, cursor: FoldCursor): Promise<number> {
  let changed = 0
  for (let tries = 0; tries < triesMax; ) {
    const page = await deps.store.unfolded({ after: cursor.seenTo, limit: pageSize })
    const isNew = page.to > Math.max(page.from, cursor.seenTo)
    if (!isNew && page.lanes.every((lane) => lane.readable)) return changed
    const folded = await foldPage(deps, page)
    if (folded === null) {
      tries += 1
      continue
    }
    cursor.seenTo = Math.max(cursor.seenTo, page.to)
    changed += folded
    if (page.facts.length < pageSize) return changed
  }
  return changed
}

/** How many lanes changed, or null when somebody else wrote meanwhile. */
async function foldPage(
  { store, clock, random, starts }: FoldDeps,
  page: Unfolded,
): Promise<number | null> {
  const rules: BreakerRules = {
    newestAttempt: page.newestAttempt,
    jitter: (ms) => jitter(ms, 0.1, random),
    afterReset: () => Math.round(1_000 + 29_000 * random.next()),
    ...(starts && { starts }),
  }
  const sheet = foldFacts(page.facts, page.lanes, rules)
  const now = clock.now()
  const broken = page.lanes.filter((lane) => !lane.readable)
  if (broken.length > 0) await mend(store, broken, page.newestAttempt, sheet, now)
  const attemptIds = page.facts.flatMap(waitedFor)
  const lanes = [...sheet.changed.values()]
  if (lanes.length === 0 && attemptIds.length === 0 && page.to - page.from < cursorStep) return 0
  const incidents = await withChanges(store, sheet.incidents)
  const { from, to } = page
  const { folded } = await store.fold({
    from,
    to,
    lanes,
    attemptIds,
    facts: sheet.facts,
    incidents,
    now,
  })
  return folded ? lanes.length : null
}

/** The attempt whose ending keeps claims waiting until it is folded. */
const waitedFor = ({ fact, attempt }: UnfoldedFact): number[] =>
  fact.body.kind === 'attempt.ended' && attempt?.verdict && chargesLanes(attempt.verdict)
    ? [attempt.id]
    : []

/** What folding makes: lanes as they are now, facts about their moves, and what it does to incidents. */
export interface Sheet {
  readonly changed: Map<string, Lane>
  readonly facts: FactBody[]
  readonly incidents: IncidentMove[]
}

/** Folds facts, in order, into lanes. Pure but for the chance in `rules`. An unreadable lane learns nothing here. */
export function foldFacts(
  facts: readonly UnfoldedFact[],
  known: readonly Lane[],
  rules: BreakerRules,
): Sheet {
  const sheet: Sheet = { changed: new Map(), facts: [], incidents: [] }
  const lanes = new Map(known.map((lane) => [lane.lane, lane]))
  for (const fact of facts) {
    for (const name of lanesConcerned(fact, [...lanes.keys()])) {
      const lane = lanes.get(name) ?? freshLane(name)
      if (!lane.readable) continue
      const seen = seenOf(fact, name)
      const judged = seen === null ? null : judge(lane, seen, rules)
      if (judged === null) continue
      const written = write(sheet, judged, lanes, fact)
      lanes.set(name, written)
      sheet.changed.set(name, written)
    }
  }
  return sheet
}

function write(
  sheet: Sheet,
  { lane, move }: Judged,
  lanes: Map<string, Lane>,
  { attempt }: UnfoldedFact,
): Lane {
  if (move === null) return lane
  const body = factOf(lane, move)
  if (body !== null) sheet.facts.push(body)
  // A lane that is whole again has forgotten its incident; which one it was, its own key says.
  const { moves, incident } = incidentsOf(lane, move, { lanes, attempt, at: isoTime })
  sheet.incidents.push(...moves)
  for (const one of moves) {
    const narrower = one.do === 'absorb' ? lanes.get(laneOfIncident(one.key)) : undefined
    if (narrower === undefined) continue
    const joined = { ...narrower, memory: { ...narrower.memory, incident } }
    lanes.set(joined.lane, joined)
    sheet.changed.set(joined.lane, joined)
  }
  return { ...lane, memory: { ...lane.memory, incident } }
}

function factOf({ lane, memory }: Lane, move: Move): FactBody | null {
  switch (move.to) {
    case 'shut': {
      const { class: name, reason, until, wait } = move
      return { kind: 'gate.shut', lane, class: name, reason, until, wait, cut: memory.cut }
    }
    case 'pinned':
      return { kind: 'gate.pinned', lane, by: houseName, reason: move.reason, until: null }
    case 'probing':
      return { kind: 'gate.probing', lane, reason: move.reason }
    case 'passing':
      return { kind: 'gate.passing', lane, by: move.by, ramp: move.ramp }
    case 'ramped':
      return { kind: 'gate.ramped', lane, by: move.by, ramp: move.ramp }
    default:
      return null
  }
}

async function mend(
  store: Store,
  broken: readonly Lane[],
  newestAttempt: number,
  sheet: Sheet,
  now: number,
): Promise<void> {
  const history = await store.gateFacts(1_000)
  for (const lane of broken) {
    const { lane: mended, from } = rebuild(lane, history, newestAttempt, now)
    const { state } = mended.gate
    const key = incidentOfLane(lane.lane)
    const lost = from === 'no fact'
    sheet.changed.set(
      lane.lane,
      lost ? { ...mended, memory: { ...mended.memory, incident: key } } : mended,
    )
    sheet.facts.push({ kind: 'gate.rebuilt', lane: lane.lane, from, state })
    if (!lost) continue
    const release = `\`midwatch gate reset ${lane.lane}\``
    const data = { ...noData, lane: lane.lane, lanes: [lane.lane], needsPerson: true, release }
    const title = `${lane.lane} is pinned: its row could not be read`
    sheet.incidents.push({ do: 'open', key, title, data, reopenMs: relapseMs })
  }
}

const changesMax = 10

/** What opens tells what changed since the last success, newest first. */
async function withChanges(store: Store, moves: readonly IncidentMove[]): Promise<IncidentMove[]> {
  const told: IncidentMove[] = []
  for (const move of moves) {
    if (move.do !== 'open' || move.data.lane === null) told.push(move)
    else {
      const { facts } = await store.changes({ lane: move.data.lane, limit: changesMax })
      told.push({ ...move, data: { ...move.data, changed: facts.map(changeOf) } })
    }
  }
  return told
}

function changeOf({ at, body }: Fact): string {
  const when = isoTime(at)
  switch (body.kind) {
    case 'config.loaded':
      return `${when} configuration ${body.hash.slice(0, 8)}: ${body.diff.join(' · ')}`
    case 'daemon.started':
      return `${when} dispatcher ${body.version} started on ${body.host}`
    case 'cli.changed':
      return `${when} ${body.cli} on ${body.host}: ${body.from} → ${body.to}`
    case 'host.returned':
      return `${when} host ${body.host} came back (${body.why})`
    default:
      return `${when} ${body.kind}`
  }
}
