// activity: what a span of time holds. Ids grow with time, so that the first row of the span is found by halving, and only
// the span itself is walked; no index has to be kept for it.

import { sql } from 'kysely'

import type { Activity, WaitingKind } from '../../../model/activity.ts'
import { all, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

type At = { id: number; at: number }

const highest = {
  tasks: statement<object, { id: number | null }>(
    'highestTask',
    () => sql<{ id: number | null }>`SELECT max(id) AS id FROM tasks`,
  ),
  attempts: statement<object, { id: number | null }>(
    'highestAttempt',
    () => sql<{ id: number | null }>`SELECT max(id) AS id FROM attempts`,
  ),
}
const nextFrom = {
  tasks: statement<{ id: number }, At>(
    'taskFrom',
    (_db, arg) =>
      sql<At>`SELECT id, created_at AS at FROM tasks WHERE id >= ${arg('id')} ORDER BY id LIMIT 1`,
  ),
  attempts: statement<{ id: number }, At>(
    'attemptFrom',
    (_db, arg) =>
      sql<At>`SELECT id, claimed_at AS at FROM attempts WHERE id >= ${arg('id')} ORDER BY id LIMIT 1`,
  ),
}

/** The lowest id whose row is not older than `since`; one beyond the highest when there is none. */
export function* firstSince(table: 'tasks' | 'attempts', since: number): Script<number> {
  const top = Number((yield* first(highest[table], {}))?.id ?? 0) + 1
  let [low, high] = [1, top]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = yield* first(nextFrom[table], { id: middle })
    if (row === undefined || Number(row.at) >= since) high = middle
    else low = Number(row.id) + 1
  }
  return low
}

const countEnqueued = statement<{ from: number }, { n: number }>(
  'countEnqueued',
  (_db, arg) => sql<{ n: number }>`SELECT count(*) AS n FROM tasks WHERE id >= ${arg('from')}`,
)

interface Settled {
  done: number
  unverified: number
  failed: number
  cancelled: number
}
const countSettled = statement<{ since: number }, Settled>(
  'countSettled',
  (_db, arg) =>
    sql<Settled>`SELECT coalesce(sum(CASE WHEN outcome = 'done' THEN 1 ELSE 0 END), 0) AS done,
      coalesce(sum(CASE WHEN outcome = 'done' AND coalesce(verified, 0) = 0 THEN 1 ELSE 0 END), 0) AS unverified,
      coalesce(sum(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END), 0) AS failed,
      coalesce(sum(CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END), 0) AS cancelled
      FROM tasks WHERE state = 'settled' AND settled_at >= ${arg('since')}`,
)

interface Tried {
  claimed: number
  confirmed: number
  ended: number
  clients: number
  tokens: number
  cost: number
  wasted: number
}
const countTried = statement<{ from: number }, Tried>('countTried', (_db, arg, dialect) => {
  const of = (name: string) =>
    dialect === 'sqlite'
      ? sql`coalesce(json_extract(usage_json, ${sql.lit(`$.${name}`)}), 0)`
      : sql`coalesce((usage_json::json ->> ${sql.lit(name)})::float8, 0)`
  return sql<Tried>`SELECT count(*) AS claimed,
      coalesce(sum(CASE WHEN confirmed_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS confirmed,
      coalesce(sum(CASE WHEN state = 'ended' THEN 1 ELSE 0 END), 0) AS ended,
      coalesce(sum(CASE WHEN state = 'ended' AND lanes_json LIKE '%"provider:%' THEN 1 ELSE 0 END), 0) AS clients,
      coalesce(sum(${of('inputTokens')} + ${of('outputTokens')}), 0) AS tokens,
      coalesce(sum(${of('costUsd')}), 0) AS cost,
      coalesce(sum(CASE WHEN state = 'ended' AND class <> 'success' THEN ${of('costUsd')} ELSE 0 END), 0) AS wasted
      FROM attempts WHERE id >= ${arg('from')}`
})

const hourMs = 3_600_000
const countFired = statement<{ from: number }, { n: number }>(
  'countFired',
  (_db, arg) =>
    sql<{
      n: number
    }>`SELECT coalesce(sum(fired), 0) AS n FROM firings WHERE hour >= ${arg('from')}`,
)

/** See Store.activity. */
export function* activity({ since }: { since: number }): Script<Activity> {
  const enqueued = yield* first(countEnqueued, { from: yield* firstSince('tasks', since) })
  const settled = yield* first(countSettled, { since })
  const tried = yield* first(countTried, { from: yield* firstSince('attempts', since) })
  const fired = yield* first(countFired, { from: Math.ceil(since / hourMs) })
  const n = (value: number | undefined) => Number(value ?? 0)
  return {
    since,
    fired: n(fired?.n),
    enqueued: n(enqueued?.n),
    claimed: n(tried?.claimed),
    confirmed: n(tried?.confirmed),
    ended: n(tried?.ended),
    done: n(settled?.done),
    unverified: n(settled?.unverified),
    failed: n(settled?.failed),
    cancelled: n(settled?.cancelled),
    clientEnded: n(tried?.clients),
    tokens: n(tried?.tokens),
    costUsd: n(tried?.cost),
    wastedUsd: n(tried?.wasted),
  }
}

const selectKinds = statement<object, { kind: string; n: number; oldest: number }>(
  'selectHoldKinds',
  () =>
    sql<{
      kind: string
      n: number
      oldest: number
    }>`SELECT kind, count(*) AS n, min(since) AS oldest
      FROM holds WHERE released_at IS NULL GROUP BY kind ORDER BY kind`,
)

/** See Store.holdsByKind. */
export function* holdsByKind(): Script<readonly WaitingKind[]> {
  const rows = yield* all(selectKinds, {})
  return rows.map(({ kind, n, oldest }) => ({ kind, count: Number(n), oldestAt: Number(oldest) }))
}
