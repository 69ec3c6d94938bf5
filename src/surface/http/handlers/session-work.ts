// What a session asks and does beside its task: a question to a person, and effects by key.

import { paramsHash } from '../../../lifecycle/effects/reserve.ts'
import { type Effect, isOwn } from '../../../model/effect.ts'
import { effectShape } from '../../cli/effects/shape.ts'
import { checkOwn } from '../access/guards.ts'
import type { Who } from '../access/who.ts'
import type { sessionWorkRoutes } from '../contract/session-work.ts'
import type { House } from '../house.ts'
import { refusalOf, refuse } from '../problem.ts'
import type { Handlers } from './call.ts'

export const sessionWorkHandlers: Handlers<keyof typeof sessionWorkRoutes> = {
  async askPerson({ house, who, params, body }) {
    checkOwn(who, params.id)
    const { store, clock } = house
    const { question } = body
    const answer = await store.ask({ attemptId: attemptOf(who), question, now: clock.now() })
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { asked: true }
  },
  async answerHold({ house, who, params, body }) {
    const { store, clock } = house
    const { text } = body
    const done = await store.answer({ holdId: params.id, by: who.by, text, now: clock.now() })
    if (!done.ok) throw refusalOf(done.refusal)
    store.poke()
    return { ready: done.ready }
  },
  async beginEffect({ house, who, body }) {
    const { store, clock, dir } = house
    if (isOwn(body.key))
      throw refuse(400, 'usage.key', 'this key is one of Midwatch’s own', 'choose another one')
    const now = clock.now()
    const attemptId = attemptOf(who)
    const params = body.params ?? {}
    const reserved = await store.reserveEffect({
      key: body.key,
      kind: 'command',
      paramsHash: paramsHash(params),
      params,
      check: body.check === undefined ? null : { command: body.check, cwd: dir },
      holder: { attemptId, process: null },
      until: now + body.forMs,
      noTwinSince: null,
      by: who.by,
      now,
    })
    if (!reserved.ok) throw refusalOf(reserved.refusal)
    const { effect, yours } = reserved
    const again = effect.state === 'reserved' && effect.holder.attemptId === attemptId
    return { effect: effectShape(effect), ours: yours || again }
  },
  async commitEffect({ house, who, body }) {
    const { key, epoch } = await held(house, who, body.key)
    const result = { output: body.output, errors: '', truncated: false, receipt: 'committed' }
    const now = house.clock.now()
    const told = await house.store.performEffect({ key, epoch, result, by: who.by, now })
    if (!told.ok) throw refusalOf(told.refusal)
    return { effect: effectShape(told.effect) }
  },
  async abortEffect({ house, who, body }) {
    const { key, epoch } = await held(house, who, body.key)
    const now = house.clock.now()
    const told = await house.store.failEffect({ key, epoch, reason: body.reason, by: who.by, now })
    if (!told.ok) throw refusalOf(told.refusal)
    return { effect: effectShape(told.effect) }
  },
}

/** The effect, if this session holds it. */
async function held({ store }: House, who: Who, key: string): Promise<Effect> {
  const effect = await store.effect(key)
  if (effect === null)
    throw refuse(404, 'effect.missing', `there is no effect ${key}`, 'begin it first')
  if (effect.holder.attemptId === attemptOf(who)) return effect
  throw refuse(
    409,
    'effect.not_yours',
    `${key} is not this session's`,
    'a person says what became of it with `midwatch effect resolve`',
  )
}

function attemptOf(who: Who): number {
  if (who.attempt !== null) return who.attempt.id
  throw refuse(403, 'access.rights', 'only a session may do this', 'use the token of an attempt')
}
