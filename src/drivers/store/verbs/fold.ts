// unfolded, fold and probeDue: facts become what lanes know. Folding is one compare-and-set on the cursor of the facts
// and on the revision of every lane it writes, so that two folders, or a person in between, never overwrite each other.

import { sql } from 'kysely'

import type { Fact, FactBody } from '../../../model/fact.ts'
import type { Unfolded, UnfoldedFact } from '../contract/shapes.ts'
import type { FoldInput } from '../contract/shapes.ts'
import { type FactRow, factFromRow, repeated } from '../rows.ts'
import type { Lane } from '../../../model/lane.ts'
import type { Verdict } from '../../../model/failure.ts'
import { incidentOfLane } from '../../../model/incident.ts'
import { rampQuietMs } from '../../../model/lane-rules.ts'
import { all, first, type Script } from '../script.ts'
import { numbersOf, statement, wordsOf } from '../statement.ts'
import { record } from './facts.ts'
import { moveIncident } from './incidents.ts'
import { lanesNow, lockable, lockLane, newestAttempt, unproven, writeLane } from './lanes.ts'

/** Kinds that may mean something to a lane; lifecycle/gate/evidence.ts says what. */
const tellingKinds = JSON.stringify([
  'attempt.confirmed',
  'attempt.ordered',
  'attempt.progress',
  'attempt.spoke',
  'attempt.ended',
  'host.returned',
  'config.loaded',
  'cli.changed',
  'gate.tested',
  'credential.seen',
] satisfies FactBody['kind'][])

const selectCursor = statement<object, { fact_id: number }>('selectCursor', (db, _arg, dialect) => {
  const query = db.selectFrom('cursors').select('fact_id').where('name', '=', 'gates')
  return dialect === 'postgres' ? query.forUpdate() : query
})
const readCursor = statement<object, { fact_id: number }>('readCursor', (db) =>
  db.selectFrom('cursors').select('fact_id').where('name', '=', 'gates'),
)
const moveCursor = statement<{ to: number }>(
  'moveCursor',
  (_db, arg) => sql`UPDATE cursors SET fact_id = ${arg('to')} WHERE name = 'gates'`,
)

interface UnfoldedRow extends FactRow {
  lanes_json: string | null
  agent: string | null
  host: string | null
  verdict_json: string | null
}

const unfoldedWords = sql.raw(
  'f.id, f.at, f.kind, f.task_id, f.attempt_id, f.body_json, a.lanes_json, a.agent, a.host, a.verdict_json',
)
const selectUnfolded = statement<
  { after: number; kinds: string; past: number; limit: number },
  UnfoldedRow
>('selectUnfolded', (_db, arg, dialect) =>
  dialect === 'sqlite'
    ? sql<UnfoldedRow>`SELECT ${unfoldedWords} FROM facts f LEFT JOIN attempts a ON a.id = f.attempt_id
          WHERE f.id > ${arg('after')} AND f.kind IN (${wordsOf(arg('kinds'), dialect)})
          AND f.id <= ${arg('past')} ORDER BY f.id LIMIT ${arg('limit')}`
    : // Each fact's attempt by its number, and the kinds as what they are: the only plan there is costs what is new.
      sql<UnfoldedRow>`SELECT ${unfoldedWords} FROM facts f
          LEFT JOIN LATERAL (SELECT * FROM attempts WHERE id = f.attempt_id OFFSET 0) a ON true
          WHERE f.id > ${arg('after')} AND f.kind = ANY(ARRAY(${wordsOf(arg('kinds'), dialect)}))
          AND f.id <= ${arg('past')} ORDER BY f.id LIMIT ${arg('limit')}`,
)
const selectNewestFact = statement<{ past: number }, { id: number }>(
  'selectNewestFact',
  (_db, arg) =>
    sql<{ id: number }>`SELECT id FROM facts WHERE id <= ${arg('past')} ORDER BY id DESC LIMIT 1`,
)

/** See Store.unfolded. `past` is up to where facts are read (settledPast). */
export function* unfolded(input: { after: number; limit: number }, past: number): Script<Unfolded> {
  const from = (yield* first(readCursor, {}))?.fact_id ?? 0
  const after = Math.max(from, input.after)
  const newest = (yield* first(selectNewestFact, { past }))?.id ?? 0
  const page = { after, kinds: tellingKinds, past, limit: input.limit }
  const rows = newest > after ? yield* all(selectUnfolded, page) : []
  const to = rows.length < input.limit ? Math.max(newest, after) : (rows.at(-1)?.id ?? after)
  const facts = rows.map(unfoldedFrom)
  const names = [
    ...new Set(facts.flatMap(({ attempt, fact }) => attempt?.lanes ?? namedIn(fact.body))),
  ]
  return { from, to, facts, lanes: yield* lanesNow(names), newestAttempt: yield* newestAttempt() }
}

/** The lanes that a fact about no attempt names. */
const namedIn = (body: FactBody): readonly string[] =>
  'lanes' in body ? (body.lanes ?? []) : 'lane' in body ? [body.lane] : []

const lanesOf = repeated<readonly string[]>()
const verdictOf = repeated<Verdict>()

function unfoldedFrom(row: UnfoldedRow): UnfoldedFact {
  const fact = factFromRow(row)
  if (row.lanes_json === null || fact.attemptId === null || fact.taskId === null)
    return { fact, attempt: null }
  return {
    fact,
    attempt: {
      id: fact.attemptId,
      taskId: fact.taskId,
      agent: row.agent ?? '',
      host: row.host ?? '',
      lanes: lanesOf(row.lanes_json),
      verdict: row.verdict_json === null ? null : verdictOf(row.verdict_json),
    },
  }
}

const dropUnfolded = statement<{ ids: string }>(
  'dropUnfolded',
  (_db, arg, dialect) =>
    sql`DELETE FROM unfolded WHERE attempt_id IN (${numbersOf(arg('ids'), dialect)})`,
)

/** See Store.fold. */
export function* fold(input: FoldInput): Script<{ folded: boolean }> {
  const { from, to, lanes, attemptIds, facts, incidents, now } = input
  const cursor = (yield* first(selectCursor, {}))?.fact_id ?? 0
  if (cursor !== from) return { folded: false }
  const sorted = lanes.toSorted((a, b) => (a.lane < b.lane ? -1 : 1))
  if (sorted.length > 0)
    yield* lockable(
      sorted.map((one) => one.lane),
      now,
    )
  for (const one of sorted)
    if ((yield* lockLane(one.lane)).rev !== one.rev) return { folded: false }
  for (const one of sorted) yield* writeLane(one, now)
  if (attemptIds.length > 0) yield* all(dropUnfolded, { ids: JSON.stringify(attemptIds) })
  for (const body of facts) yield* record(now, {}, body)
  for (const move of incidents) yield* moveIncident(move, now)
  yield* all(moveCursor, { to })
  return { folded: true }
}

const selectDueLanes = statement<{ now: number; quiet: number }, { lane: string }>(
  'selectDueLanes',
  (_db, arg) =>
    sql<{ lane: string }>`SELECT lane FROM gates WHERE (state = 'shut' AND until <= ${arg('now')})
      OR (state = 'passing' AND ramp IS NOT NULL AND since <= ${arg('quiet')}) ORDER BY lane`,
)

/** See Store.probeDue. */
export function* probeDue({ now }: { now: number }): Script<{ probing: readonly string[] }> {
  const probing: string[] = []
  for (const { lane: name } of yield* all(selectDueLanes, { now, quiet: now - rampQuietMs })) {
    const lane = yield* lockLane(name)
    const { gate } = lane
    if (gate.state === 'shut' && gate.until <= now) {
      const reason = `its wait is over (${gate.reason})`
      yield* writeLane(
        { ...lane, gate: { state: 'probing', since: now, canary: null, reason } },
        now,
      )
      yield* record(now, {}, { kind: 'gate.probing', lane: name, reason: 'its wait is over' })
      probing.push(name)
    } else if (gate.state === 'passing' && gate.ramp !== undefined && (yield* unproven(lane)) === 0)
      yield* endRamp(lane, now)
  }
  return { probing }
}

/** Nothing is under way and nothing failed: what there was to try has been tried. */
function* endRamp(lane: Lane, now: number): Script<void> {
  const { incident } = lane.memory
  const memory = { ...lane.memory, proven: [], backAt: now, incident: null }
  yield* writeLane({ ...lane, gate: { state: 'passing' }, memory }, now)
  const by = 'nothing failed since it came back'
  yield* record(now, {}, { kind: 'gate.ramped', lane: lane.lane, ramp: null, by })
  if (incident === incidentOfLane(lane.lane))
    yield* moveIncident({ do: 'resolve', key: incident, by }, now)
}

/** Word for word what the index `facts_rare` is made for. */
const rare = sql`kind IN ('gate.shut','gate.probing','gate.passing',
  'gate.ramped','gate.pinned','gate.reset','config.loaded','daemon.started','host.returned','cli.changed')`

const selectRare = statement<{ limit: number }, FactRow>(
  'selectRareGates',
  (_db, arg) =>
    sql<FactRow>`SELECT id, at, kind, task_id, attempt_id, body_json FROM facts
      WHERE ${rare} AND kind LIKE 'gate.%'
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)

const selectAnyRamp = statement<object, { lane: string }>(
  'selectAnyRamp',
  () => sql<{ lane: string }>`SELECT lane FROM gates WHERE ramp IS NOT NULL LIMIT 1`,
)

/** Whether some lane is coming back slowly. */
export function* anyRamp(): Script<boolean> {
  return (yield* first(selectAnyRamp, {})) !== undefined
}

/** See Store.gateFacts. */
export function* gateFacts(limit: number): Script<readonly Fact[]> {
  return (yield* all(selectRare, { limit })).map(factFromRow)
}

const selectChanges = statement<{ since: number; limit: number }, FactRow>(
  'selectChanges',
  (_db, arg) =>
    sql<FactRow>`SELECT id, at, kind, task_id, attempt_id, body_json FROM facts
      WHERE ${rare} AND kind NOT LIKE 'gate.%' AND at >= ${arg('since')}
      ORDER BY id DESC LIMIT ${arg('limit')}`,
)
const selectLastGood = statement<{ lane: string; look: number }, { ended_at: number | null }>(
  'selectLastGood',
  (_db, arg, dialect) => sql<{ ended_at: number | null }>`SELECT max(ended_at) AS ended_at
      FROM (SELECT class, ended_at, lanes_json FROM attempts ORDER BY id DESC LIMIT ${arg('look')}) a
      WHERE class = 'success' AND ${arg('lane')} IN (${dialect === 'sqlite' ? sql`SELECT value FROM json_each(a.lanes_json)` : sql`SELECT json_array_elements_text(a.lanes_json::json)`})`,
)

/** See Store.changes: looks back over a bounded number of attempts, so that its cost does not grow with history. */
export function* changes({
  lane,
  limit,
}: {
  lane: string | null
  limit: number
}): Script<{ since: number | null; facts: readonly Fact[] }> {
  const row = lane === null ? undefined : yield* first(selectLastGood, { lane, look: 500 })
  const since = row?.ended_at ?? null
  return {
    since,
    facts: (yield* all(selectChanges, { since: since ?? 0, limit })).map(factFromRow),
  }
}
