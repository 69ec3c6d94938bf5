// Tasks whose sessions do something to the outside world, once, by key: through the ledger that `midwatch effect` uses, with
// the database or through the daemon's socket. Some die before the world is reached, some after it, some are killed while
// they wait; what then reaches the mailbox twice is a fault of the house.

import { OperatingError } from '../../src/base/errors.ts'
import { ledgerApart } from '../../src/surface/cli/effects/apart.ts'
import type { EffectDeps, EffectStore } from '../../src/lifecycle/effects/deps.ts'
import { type Made, performOnce } from '../../src/lifecycle/effects/perform.ts'
import type { Chance } from '../chance.ts'
import { simulatedHost } from '../host.ts'
import { holdersOf, mailboxOf } from '../post.ts'
import { sessionClock } from '../server.ts'
import type { Session } from '../session.ts'
import type { Trait } from './contract.ts'

/** How the sender of this task dies in its first attempt. */
type Death = 'never' | 'before' | 'after' | 'unsaid'

export const effects: Trait = {
  name: 'effects',
  draw: (chance): Death | undefined =>
    chance.happens(0.12)
      ? chance.weighed({ never: 4, before: 2, after: 3, unsaid: 1 } as const)
      : undefined,
  begins(session, drawn) {
    const death = session.nth === 0 ? (drawn as Death) : 'never'
    const chance = session.chance.split('effect')
    session.after(chance.whole(500, 60_000), () => void makeOnce(session, death, chance))
  },
}

/** So long after its reservation a program of the world makes nothing any more. */
const patienceMs = 60_000

async function makeOnce(session: Session, death: Death, chance: Chance): Promise<void> {
  const { world, task, truth, started } = session
  const key = `effect:${task.ref}`
  const count = (what: string) => world.truth.count(`effect ${what}`)
  const deps = await depsOf(session)
  if (deps === null) return count('out of reach')
  const process = deps.holders.me()
  const ended = await performOnce(
    deps,
    {
      key,
      kind: 'command',
      params: { argv: ['send', task.ref] },
      check: deps.apart === true ? null : { command: `arrived ${key}`, cwd: '/work' },
      holder: { attemptId: truth.attemptId, process },
      timeoutMs: 5 * 60_000,
      noTwinMs: null,
      by: `attempt ${started.order.attemptId}`,
    },
    { waitMs: 20_000, tries: 1 },
    () => make(session, key, death, chance),
    new AbortController().signal,
  ).catch(unreached)
  if (ended === null) return count('out of reach')
  count(ended.got === 'performed' && !ended.ours ? 'known' : ended.got)
}

/** Its command ends with 75: nothing more was done, and who wants it comes again. */
function unreached(error: unknown): null {
  if (error instanceof OperatingError && error.exit === 'tryAgain') return null
  throw error
}

async function make(session: Session, key: string, death: Death, chance: Chance): Promise<Made> {
  const { world } = session
  const reservedMs = world.time.nowMs
  const dies = (): Promise<never> => {
    world.truth.count(`effect died ${death}`)
    session.exit(null, 'SIGKILL', 'killed')
    return never
  }
  await wait(session, chance.whole(100, 10_000))
  if (death === 'before') return await dies()
  if (world.time.nowMs - reservedMs > patienceMs)
    return { did: 'nothing', why: 'it slept too long', retry: 'never', afterMs: null }
  const mailbox = mailboxOf(world)
  mailbox.set(key, (mailbox.get(key) ?? 0) + 1)
  await wait(session, chance.whole(100, 5_000))
  if (death === 'after') return await dies()
  if (death === 'unsaid') return { did: 'unknown', why: 'its command ended with exit 1' }
  const result = { output: 'sent', errors: '', truncated: false, receipt: 'exit 0' }
  return { did: 'performed', result }
}

const never = new Promise<never>(() => {})

/** Never resolves for a session that is over by then. */
const wait = (session: Session, ms: number): Promise<void> =>
  new Promise((resolve) => session.after(ms, resolve))

/** The ledger as this session can reach it; null where nobody answers. */
async function depsOf(session: Session): Promise<EffectDeps | null> {
  const { world, machine, started } = session
  const clock = sessionClock(world, machine.timeline)
  const host = simulatedHost(world, machine, started.program.pid)
  const common = {
    clock,
    host,
    holders: holdersOf(machine, started.program),
    channel: () => null,
  }
  if (!machine.ails.sessionsCutOff && !machine.ails.storeLost)
    return { ...common, store: whileAlive(session, world.store) }
  try {
    const { store } = await ledgerApart((request) => session.askLedger(request), clock)
    return { ...common, store: whileAlive(session, store), apart: true }
  } catch {
    return null
  }
}

/** Verbs of a process that may be over: what it asked then is never answered, and it asks nothing any more. */
function whileAlive(session: Session, store: EffectStore): EffectStore {
  return new Proxy(store, {
    get(target, name) {
      const verb = Reflect.get(target, name) as unknown
      if (typeof verb !== 'function') return verb
      return async (...args: unknown[]) => {
        if (!session.lives) return await never
        const answer = (await Reflect.apply(verb, target, args)) as unknown
        return session.lives ? answer : await never
      }
    },
  })
}
