// Sessions that want something done as tasks of their own: by `midwatch add` with the token that they were given, each of them in
// every attempt. Who cannot reach the database adds nothing; what is refused is left at that.

import { OperatingError } from '../src/base/errors.ts'
import { bySession } from '../src/lifecycle/intake/by-session.ts'
import { identify } from '../src/surface/cli/actor.ts'
import { additionsOf } from './adding.ts'
import { partOf } from './part.ts'
import type { PlannedTask } from './planned.ts'
import { sessionClock } from './server.ts'
import type { Session } from './session.ts'
import { take, wantOf } from './wanting.ts'
import type { World } from './world.ts'

/** What sessions wanted and were refused, as far as nobody has judged it. */
export interface Denied {
  readonly attemptId: number
  readonly code: string
}

export const deniedIn = partOf<World, { denied: Denied[] }>(() => ({ denied: [] }))

/** A session of work that adds tasks does so somewhere in the middle of it. */
export function addAlong(session: Session): void {
  if (additionsOf(session.task).length === 0) return
  const share = 0.9 * session.chance.split('adds').next()
  session.after(Math.round(session.task.workMs * share), () => void addAll(session))
}

async function addAll(session: Session): Promise<void> {
  for (const { planned, twice } of additionsOf(session.task))
    for (let i = 0; i < (twice ? 2 : 1) && session.lives; i++) await addOne(session, planned)
}

async function addOne(session: Session, planned: PlannedTask): Promise<void> {
  const { world, machine, started, truth } = session
  const { attemptId } = truth
  if (machine.ails.sessionsCutOff || machine.ails.storeLost)
    return world.truth.count('addition out of reach')
  const { env } = started.order
  const fleet = { store: world.store, config: world.config.read().config }
  const actor = await identify({ env, userName: () => 'nobody' }, fleet)
  if (actor.kind !== 'session') throw new Error(`attempt ${attemptId} is taken for a person`)
  const want = { ...wantOf(world, planned), by: actor.by, origin: bySession(actor.attempt) }
  try {
    const { deduped } = await take(world, sessionClock(world, machine.timeline), planned, want)
    world.truth.count(deduped ? 'addition met' : 'addition')
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error
    world.truth.count(`addition refused ${error.code}`)
    deniedIn(world).denied.push({ attemptId, code: error.code })
  }
}
