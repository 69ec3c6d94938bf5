// The hands with which `lock` and `work` hold something: on the database where it can be reached; for a session without one
// through the daemon's socket; and what needs no answer, at last, by a letter in the outbox.

import { refused, systemCode, tryAgain } from '../../base/errors.ts'
import type { HoldingWish } from '../../lifecycle/watch/wishes.ts'
import type { LockState, WorkKey } from '../../model/lock.ts'
import type { Fenced } from '../../model/refusal.ts'
import { inSession, tokenVariable } from './actor.ts'
import type { Call } from './call.ts'
import { holderOf } from './holder.ts'
import { outOfReach } from './session-link.ts'
import type { World } from './world.ts'

/** `left`: it lies in the outbox, and is done once the daemon reads it. */
export type Left = { readonly ok: true; readonly left: true }

export interface Hands {
  acquire(name: string, ttlMs: number): Promise<Fenced<{ lock: LockState }>>
  renew(name: string, epoch: number, ttlMs: number): Promise<Fenced<{ lock: LockState }>>
  /** Epoch null: whoever holds it. */
  release(name: string, epoch: number | null): Promise<Fenced<{ released: boolean }> | Left>
  claim(key: string, ttlMs: number): Promise<Fenced<{ work: WorkKey }>>
  complete(
    key: string,
    note: string,
    ttlMs: number | null,
  ): Promise<Fenced<{ work: WorkKey }> | Left>
  abandon(key: string): Promise<Fenced | Left>
}

/** Whoever calls, with what he can reach. Throws what stands in the way of anybody but a session. */
export async function handsOf(call: Call, as: string | undefined): Promise<Hands> {
  try {
    return await directHands(call, as)
  } catch (error) {
    if (!inSession(call.world.env) || !outOfReach(error)) throw error
    return farHands(call.world, error)
  }
}

async function directHands(call: Call, as: string | undefined): Promise<Hands> {
  const { store, clock } = await call.fleet()
  const { holder, attemptId, taskId } = await holderOf(call, as)
  const session = attemptId ?? undefined
  const told = <T>(answer: T): T => {
    store.poke()
    return answer
  }
  const in_ = (ttlMs: number) => {
    const now = clock.now()
    return { until: now + ttlMs, now }
  }
  return {
    acquire: async (name, ttlMs) =>
      told(await store.acquireLock({ name, holder, attemptId, ...in_(ttlMs) })),
    renew: (name, epoch, ttlMs) => store.renewLock({ name, epoch, session, ...in_(ttlMs) }),
    release: async (name, epoch) => {
      const { by } = await call.actor()
      return told(await store.releaseLock({ name, epoch, session, by, now: clock.now() }))
    },
    claim: (key, ttlMs) => store.claimWork({ key, holder, attemptId, taskId, ...in_(ttlMs) }),
    complete: async (key, note, ttlMs) => {
      const now = clock.now()
      const until = ttlMs === null ? null : now + ttlMs
      return told(await store.completeWork({ key, holder, note, until, now }))
    },
    abandon: async (key) => told(await store.abandonWork({ key, holder, now: clock.now() })),
  }
}

function farHands(world: World, cause: unknown): Hands {
  const ask = async (wish: HoldingWish) => {
    const { MIDWATCH_SOCKET: socket, [tokenVariable]: token } = world.env
    return socket && token ? await world.askDaemon(socket, { ...wish, token }) : null
  }
  const answered = async (wish: HoldingWish) => {
    const answer = await ask(wish)
    if (answer !== null) return answer
    throw tryAgain(
      'session.no_daemon',
      'neither the database nor the daemon can be reached, and nobody would hear the answer to a letter',
      'try again while the dispatcher runs',
      cause,
    )
  }
  const orLeft = async (wish: HoldingWish) => (await ask(wish)) ?? (await leave(world, wish, cause))
  const lockIn = async (wish: HoldingWish) => whole(await answered(wish), 'lock')
  return {
    acquire: (name, ttlMs) => lockIn({ verb: 'acquire', name, ttlMs }),
    renew: (name, epoch, ttlMs) => lockIn({ verb: 'renew', name, epoch, ttlMs }),
    claim: async (name, ttlMs) => whole(await answered({ verb: 'claim', name, ttlMs }), 'work'),
    release: async (name, epoch) => {
      if (epoch === null)
        throw refused('lock.force', 'a session forces no lock', 'release it by its epoch')
      const answer = await orLeft({ verb: 'release', name, epoch })
      return answer.ok && !('left' in answer)
        ? { ok: true, released: answer.released === true }
        : answer
    },
    complete: async (name, text, ttlMs) => {
      const answer = await orLeft({ verb: 'complete', name, text, ttlMs })
      return answer.ok && 'left' in answer ? answer : whole(answer, 'work')
    },
    abandon: (name) => orLeft({ verb: 'abandon', name }),
  }
}

type Answer = NonNullable<Awaited<ReturnType<World['askDaemon']>>>

/** The answer with what was asked for in it; an older daemon may not know of it. */
function whole<K extends 'lock' | 'work'>(
  answer: Answer,
  what: K,
): Fenced<Record<K, NonNullable<Extract<Answer, { ok: true }>[K]>>> {
  if (!answer.ok) return answer
  const found = answer[what]
  if (found == null)
    throw tryAgain('session.older_daemon', `the daemon knows no ${what} of sessions`, 'restart it')
  return { ok: true, [what]: found } as Fenced<
    Record<K, NonNullable<Extract<Answer, { ok: true }>[K]>>
  >
}

async function leave(world: World, wish: HoldingWish, cause: unknown): Promise<Left> {
  const { MIDWATCH_OUTBOX: outbox } = world.env
  if (!outbox) throw cause
  try {
    await world.leaveInOutbox(outbox, wish)
    return { ok: true, left: true }
  } catch (error) {
    throw tryAgain(
      'session.no_way',
      `neither the database nor the outbox ${outbox} can be written (${systemCode(error) ?? 'unknown'})`,
      'it ends with its time, or with the attempt',
      error,
    )
  }
}
