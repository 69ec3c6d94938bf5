// auditHolds, noteRefusals, refusalsAt: what waits and what was refused, each from an index.

import { sql } from 'kysely'

import type { HoldKind } from '../../../model/hold.ts'
import { type KeptRefusal, refusalGapMs } from '../../../model/told-refusal.ts'
import type { CalmClass, HoldClass } from '../contract/audit.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

interface ClassRow {
  kind: string
  needs_person: number
  n: number
  oldest: number
}
const selectClasses = statement<object, ClassRow>(
  'selectClasses',
  () =>
    sql<ClassRow>`SELECT kind, needs_person, count(*) AS n, min(since) AS oldest FROM holds
      WHERE released_at IS NULL GROUP BY kind, needs_person ORDER BY kind, needs_person`,
)
const countOverdueTime = statement<{ before: number }, { n: number }>(
  'countOverdueTime',
  (_db, arg) =>
    sql<{ n: number }>`SELECT count(*) AS n FROM holds WHERE kind = 'time' AND released_at IS NULL
      AND until <= ${arg('before')}`,
)
const countOverdueLooks = statement<{ kind: string; before: number }, { n: number }>(
  'countOverdueLooks',
  (_db, arg) =>
    sql<{
      n: number
    }>`SELECT count(*) AS n FROM holds WHERE kind = ${arg('kind')} AND released_at IS NULL
      AND look_at IS NOT NULL AND look_at <= ${arg('before')}`,
)
const selectLastReleased = statement<{ kind: string }, { at: number | null }>(
  'selectLastReleased',
  (_db, arg) =>
    sql<{ at: number | null }>`SELECT max(released_at) AS at FROM holds WHERE kind = ${arg('kind')}
      AND released_at IS NOT NULL`,
)
const selectCalmClasses = statement<object, { calm: string; n: number; oldest: number }>(
  'selectCalmClasses',
  () =>
    sql<{
      calm: string
      n: number
      oldest: number
    }>`SELECT d.calm, count(*) AS n, min(t.ready_at) AS oldest
      FROM demands d CROSS JOIN tasks t WHERE d.calm IS NOT NULL AND t.demand_id = d.id AND t.state = 'ready'
      GROUP BY d.calm ORDER BY d.calm`,
)

/** See Store.auditHolds. */
export function* auditHolds({ overdueBefore }: { overdueBefore: number }): Script<{
  holds: readonly HoldClass[]
  calm: readonly CalmClass[]
}> {
  const found = new Map<string, HoldClass>()
  for (const row of yield* all(selectClasses, {})) {
    const { kind } = row
    const before = found.get(kind) ?? (yield* freshClass(kind, overdueBefore))
    const n = Number(row.n)
    found.set(kind, {
      ...before,
      count: before.count + n,
      oldest: Math.min(before.oldest, Number(row.oldest)),
      needPerson: before.needPerson + (Number(row.needs_person) === 1 ? n : 0),
    })
  }
  const calm = (yield* all(selectCalmClasses, {})).map((row) => ({
    window: row.calm,
    count: Number(row.n),
    oldest: Number(row.oldest),
  }))
  return { holds: [...found.values()], calm }
}

function* freshClass(kind: string, before: number): Script<HoldClass> {
  const overdue =
    kind === 'time'
      ? yield* first(countOverdueTime, { before })
      : yield* first(countOverdueLooks, { kind, before })
  const last = yield* first(selectLastReleased, { kind })
  return {
    kind: kind as HoldKind,
    count: 0,
    oldest: Number.POSITIVE_INFINITY,
    needPerson: 0,
    overdue: Number(overdue?.n ?? 0),
    lastReleasedAt: last?.at == null ? null : Number(last.at),
  }
}

interface RefusalRow {
  id: number
  host: string
  subject: string
  code: string
  sentence: string
  release: string
  first_at: number
  last_at: number
  count: number
}
const selectNewestRefusal = statement<
  { host: string; subject: string; code: string },
  { id: number; last_at: number }
>(
  'selectNewestRefusal',
  (_db, arg) =>
    sql<{
      id: number
      last_at: number
    }>`SELECT id, last_at FROM refusals WHERE host = ${arg('host')}
      AND subject = ${arg('subject')} AND code = ${arg('code')} ORDER BY id DESC LIMIT 1`,
)
const growRefusal = statement<{
  id: number
  last: number
  count: number
  sentence: string
  release: string
}>(
  'growRefusal',
  (_db, arg) =>
    sql`UPDATE refusals SET last_at = ${arg('last')}, count = count + ${arg('count')}, sentence = ${arg('sentence')},
      release = ${arg('release')} WHERE id = ${arg('id')}`,
)
const insertRefusal = statement<Omit<RefusalRow, 'id'>>(
  'insertRefusal',
  (_db, arg) =>
    sql`INSERT INTO refusals (host, subject, code, sentence, release, first_at, last_at, count)
      VALUES (${arg('host')}, ${arg('subject')}, ${arg('code')}, ${arg('sentence')}, ${arg('release')},
        ${arg('first_at')}, ${arg('last_at')}, ${arg('count')})`,
)
const forgetRefusals = statement<{ before: number }>(
  'forgetRefusals',
  (_db, arg) => sql`DELETE FROM refusals WHERE last_at < ${arg('before')}`,
)
const keptMs = 30 * 24 * 3_600_000

/** See Store.noteRefusals. */
export function* noteRefusals(input: {
  host: string
  refusals: readonly Omit<KeptRefusal, 'host'>[]
  now: number
}): Script<void> {
  const { host, refusals, now } = input
  for (const { subject, code, sentence, release, firstAt, lastAt, count } of refusals) {
    const newest = yield* first(selectNewestRefusal, { host, subject, code })
    if (newest !== undefined && firstAt - newest.last_at <= refusalGapMs) {
      yield* all(growRefusal, { id: newest.id, last: lastAt, count, sentence, release })
      continue
    }
    const times = { first_at: firstAt, last_at: lastAt }
    yield* all(insertRefusal, { host, subject, code, sentence, release, ...times, count })
  }
  yield* all(forgetRefusals, { before: now - keptMs })
}

const selectRefusalsAt = statement<{ from: number; to: number; limit: number }, RefusalRow>(
  'selectRefusalsAt',
  (_db, arg) =>
    sql<RefusalRow>`SELECT * FROM refusals WHERE last_at >= ${arg('from')} AND first_at <= ${arg('to')}
      ORDER BY count DESC, id DESC LIMIT ${arg('limit')}`,
)

/** See Store.refusalsAt. */
export function* refusalsAt(input: { at: number; limit: number }): Script<readonly KeptRefusal[]> {
  const { at, limit } = input
  const around = { from: at - refusalGapMs / 2, to: at + refusalGapMs / 2, limit }
  return (yield* all(selectRefusalsAt, around)).map((row) => ({
    host: row.host,
    subject: row.subject,
    code: row.code,
    sentence: row.sentence,
    release: row.release,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
  }))
}
