// What runs and what it printed. A log is read in pieces by byte offset, never whole, so a session that printed a gigabyte
// costs as much as one that printed a line.

import { notFound } from '../../../base/errors.ts'
import type { OutputStream } from '../../../drivers/outputs/contract.ts'
import type { Attempt } from '../../../model/attempt.ts'
import { canStop } from '../../can.ts'
import { attemptShape } from '../../cli/shapes.ts'
import { checkOwn } from '../access/guards.ts'
import type { attemptRoutes } from '../contract/attempts.ts'
import type { House } from '../house.ts'
import { refusalOf, refuse } from '../problem.ts'
import type { Call, Handlers } from './call.ts'
import { searchIn } from './log-search.ts'

export const attemptHandlers: Handlers<keyof typeof attemptRoutes> = {
  async listAttempts({ house, query }) {
    const all = await house.store.unended(query.host ?? null)
    const open = all.filter((one) => query.agent === undefined || one.agent === query.agent)
    const titles = await titlesOf(house, open)
    const attempts = open.map((one) => ({
      ...attemptShape(one),
      title: titles.get(one.taskId) ?? '',
    }))
    return { attempts }
  },
  async showAttempt({ house, who, params }) {
    const attempt = await attemptOf(house, params.id)
    checkOwn(who, attempt.taskId)
    return { attempt: attemptShape(attempt), canStop: canStop(attempt) }
  },
  readLog,
  async searchLog({ house, who, params, query, signal }) {
    const attempt = await attemptOf(house, params.id)
    checkOwn(who, attempt.taskId)
    return await searchIn(house, attempt.id, query, signal)
  },
  async stopAttempt({ house, who, params, body }) {
    const attempt = await attemptOf(house, params.id)
    const why = canStop(attempt)
    if (why !== null) throw refusalOf(why)
    const reason = body.reason ?? `stopped by ${who.by}`
    const { store, clock } = house
    const { asked } = await store.askStop({
      attemptIds: [attempt.id],
      reason,
      by: who.by,
      now: clock.now(),
    })
    store.poke()
    return { asked: asked > 0 }
  },
  async sayProgress({ house, who, params, body }) {
    if (who.attempt?.id !== params.id)
      throw refuse(
        403,
        'access.not_own_attempt',
        `this session is attempt ${who.attempt?.id ?? 'none'}, not ${params.id}`,
        'a session speaks for its own attempt alone',
      )
    const { store, clock } = house
    const answer = await store.note({
      attemptId: params.id,
      bodies: [],
      progress: body.text,
      now: clock.now(),
    })
    if (!answer.ok) throw refusalOf(answer.refusal)
    return { noted: true }
  },
}

async function readLog({
  house,
  who,
  params,
  query,
  signal,
}: Call<(typeof attemptRoutes)['readLog']>) {
  const attempt = await attemptOf(house, params.id)
  checkOwn(who, attempt.taskId)
  const { outputs, store } = house
  const { stream, max, waitMs } = query
  const sizeNow = () => outputs.size(attempt.id, stream)
  const from = Math.min(query.from ?? Math.max(0, sizeNow() - max), sizeNow())
  if (waitMs > 0 && sizeNow() <= from && attempt.state !== 'ended')
    await outputs.changed(attempt.id, waitMs, signal)
  const ended = ((await store.attempt(attempt.id))?.state ?? 'ended') === 'ended'
  const bytes = wholeLetters(outputs.read(attempt.id, stream as OutputStream, from, max))
  return {
    stream,
    from,
    next: from + bytes.length,
    size: sizeNow(),
    ended,
    text: new TextDecoder().decode(bytes),
  }
}

/** Cuts before a letter whose bytes have not all come. */
function wholeLetters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back && bytes.length > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}

async function attemptOf({ store }: House, id: number): Promise<Attempt> {
  const attempt = await store.attempt(id)
  if (attempt === null)
    throw notFound(
      'attempt.missing',
      `there is no attempt ${id}`,
      '`midwatch show TASK` lists them',
    )
  return attempt
}

/** Titles of the tasks that these attempts work on. */
export async function titlesOf(
  { store }: House,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(attempts.map(({ taskId }) => taskId))]
  if (ids.length === 0) return new Map()
  const { tasks } = await store.briefs({ ids, limit: ids.length })
  return new Map(tasks.map(({ id, title }) => [id, title]))
}
