// Locks and work keys by the verbs of `midwatch lock` and `midwatch work`. A session holds as its attempt, and touches
// nobody else's.

import { lockShape, workShape } from '../../cli/key-shapes.ts'
import { pageOf } from '../../paging.ts'
import type { Who } from '../access/who.ts'
import type { keyRoutes } from '../contract/keys.ts'
import type { House } from '../house.ts'
import { refusalOf, refuse } from '../problem.ts'
import type { Handlers } from './call.ts'

export const keyHandlers: Handlers<keyof typeof keyRoutes> = {
  async listLocks({ house: { store }, query: { after, limit } }) {
    const from = after === undefined ? {} : { after }
    const find = (limit: number) => store.locks({ ...from, limit })
    const { rows, next } = await pageOf(limit, find, ({ name }) => name)
    return { locks: rows.map(lockShape), next }
  },
  async acquireLock({ house, who, body }) {
    const { holder, attemptId } = holderOf(who, body.as)
    const { now, until } = span(house, body.forMs)
    const { name } = body
    const answer = await house.store.acquireLock({ name, holder, attemptId, until, now })
    if (!answer.ok) throw refusalOf(answer.refusal)
    house.store.poke()
    return { lock: lockShape(answer.lock) }
  },
  async renewLock({ house, who, body }) {
    const { name, epoch } = body
    const session = who.attempt?.id
    const answer = await house.store.renewLock({ name, epoch, session, ...span(house, body.forMs) })
    if (!answer.ok) throw refusalOf(answer.refusal)
    return { lock: lockShape(answer.lock) }
  },
  async releaseLock({ house, who, body }) {
    const { name, force = false } = body
    if (force && who.attempt !== null)
      throw refuse(403, 'lock.force', 'a session forces no lock', 'release it by its epoch')
    if (force === (body.epoch !== undefined))
      throw refuse(400, 'usage.epoch', 'which epoch?', 'give epoch, as acquire answered, or force')
    const { store, clock } = house
    const { by, attempt } = who
    const asked = { name, epoch: body.epoch ?? null, session: attempt?.id, by, now: clock.now() }
    const answer = await store.releaseLock(asked)
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { released: answer.released }
  },
  async listWork({ house: { store }, query: { state, after, limit } }) {
    const from = { ...(state !== undefined && { state }), ...(after !== undefined && { after }) }
    const find = (limit: number) => store.workKeys({ ...from, limit })
    const { rows, next } = await pageOf(limit, find, ({ key }) => key)
    return { works: rows.map(workShape), next }
  },
  async claimWork({ house, who, body }) {
    const { key } = body
    const holder = holderOf(who, body.as)
    const answer = await house.store.claimWork({ key, ...holder, ...span(house, body.forMs) })
    if (!answer.ok) throw refusalOf(answer.refusal)
    return { work: workShape(answer.work) }
  },
  async completeWork({ house, who, body }) {
    const { key, note, forMs } = body
    const { holder } = holderOf(who, body.as)
    const now = house.clock.now()
    const until = forMs === undefined ? null : now + forMs
    const answer = await house.store.completeWork({ key, holder, note, until, now })
    if (!answer.ok) throw refusalOf(answer.refusal)
    house.store.poke()
    return { work: workShape(answer.work) }
  },
  async abandonWork({ house, who, body }) {
    const { holder } = holderOf(who, body.as)
    const { store, clock } = house
    const answer = await store.abandonWork({ key: body.key, holder, now: clock.now() })
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { abandoned: true }
  },
  async forgetWork({ house, who, body }) {
    const { store, clock } = house
    const answer = await store.forgetWork({ key: body.key, by: who.by, now: clock.now() })
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { was: answer.was }
  },
}

/** A session holds as its attempt, whatever it calls itself; a person under a name. */
function holderOf({ attempt, by }: Who, as: string | undefined) {
  if (attempt !== null)
    return { holder: `attempt ${attempt.id}`, attemptId: attempt.id, taskId: attempt.taskId }
  return { holder: as ?? by, attemptId: null, taskId: null }
}

const span = ({ clock }: House, forMs: number) => {
  const now = clock.now()
  return { now, until: now + forMs }
}
