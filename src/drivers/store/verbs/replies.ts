// takeReply, keepReply, dropReply: idempotency keys of the API, each taken by one process at a time.

import { sql } from 'kysely'

import type { KeptReply, ReplyStanding } from '../contract/replies.ts'
import { all, changed, first, type Script } from '../script.ts'
import { statement } from '../statement.ts'

const keptMs = 24 * 3_600_000
const forgottenAtOnce = 100

const forget = statement<{ before: number; limit: number }>(
  'forgetReplies',
  (_db, arg) =>
    sql`DELETE FROM replies WHERE key IN
      (SELECT key FROM replies WHERE at < ${arg('before')} ORDER BY at LIMIT ${arg('limit')})`,
)
const forgetOne = statement<{ key: string; before: number }>(
  'forgetReply',
  (_db, arg) => sql`DELETE FROM replies WHERE key = ${arg('key')} AND at < ${arg('before')}`,
)
const insert = statement<
  { key: string; asked: string; asker: string; now: number },
  { key: string }
>(
  'insertReply',
  (_db, arg) =>
    sql<{ key: string }>`INSERT INTO replies (key, asked, asker, at)
      VALUES (${arg('key')}, ${arg('asked')}, ${arg('asker')}, ${arg('now')})
      ON CONFLICT (key) DO NOTHING RETURNING key`,
)

interface ReplyRow {
  asked: string
  asker: string
  at: number
  status: number | null
  answer: string | null
}
const select = statement<{ key: string }, ReplyRow>(
  'selectReply',
  (_db, arg) =>
    sql<ReplyRow>`SELECT asked, asker, at, status, answer FROM replies WHERE key = ${arg('key')}`,
)
const put = statement<{ key: string; asker: string } & KeptReply>(
  'putReply',
  (_db, arg) =>
    sql`UPDATE replies SET status = ${arg('status')}, answer = ${arg('answer')}
      WHERE key = ${arg('key')} AND asker = ${arg('asker')} AND status IS NULL`,
)
const remove = statement<{ key: string; asker: string }>(
  'removeReply',
  (_db, arg) =>
    sql`DELETE FROM replies WHERE key = ${arg('key')} AND asker = ${arg('asker')} AND status IS NULL`,
)

/** See Store.takeReply. */
export function* takeReply(input: {
  key: string
  asked: string
  asker: string
  now: number
}): Script<ReplyStanding> {
  const { key, now } = input
  const before = now - keptMs
  yield* all(forget, { before, limit: forgottenAtOnce })
  yield* all(forgetOne, { key, before })
  if (yield* changed(insert, input)) return { state: 'fresh' }
  const row = yield* first(select, { key })
  if (row === undefined) return { state: 'begun', asked: input.asked, asker: '', at: now }
  const { asked, asker, status, answer } = row
  return status === null
    ? { state: 'begun', asked, asker, at: Number(row.at) }
    : { state: 'answered', asked, status: Number(status), answer: answer ?? '' }
}

/** See Store.keepReply. */
export function* keepReply(input: { key: string; asker: string } & KeptReply): Script<void> {
  yield* all(put, input)
}

/** See Store.dropReply. */
export function* dropReply(input: { key: string; asker: string }): Script<void> {
  yield* all(remove, input)
}
