// What of the daemons truly reached the store, and when: only the world sees both ends of a call, and the checkers judge by it
// who may be called lost, who may do what only one may do, who was asked for, and by which configuration work was taken.

import type { Store } from '../src/drivers/store/contract.ts'
import type { DutyTerm } from '../src/model/duty.ts'
import { bringing } from './eyes.ts'
import type { Machine } from './machine.ts'
import type { Life } from './mortal.ts'
import { partOf } from './part.ts'
import type { Process } from './processes.ts'
import { hasEntered, hasLeft } from './rivals.ts'
import type { World } from './world.ts'

export interface Crossings {
  /** When each host's renewal of its leases arrived last. */
  readonly renewedMs: Map<string, number>
  /** When attempts were taken, and where. */
  readonly claims: Map<
    number,
    { readonly host: string; readonly life: Life; readonly atMs: number }
  >
  /** Under which configuration something was taken, as far as nobody has judged it. */
  claimed: Claiming[]
  /** Attempts that were called lost, as far as nobody has judged it. */
  lost: Loss[]
  /** Tasks that were held for a person until an agent serves them, as far as nobody has judged it. */
  asked: Asking[]
  /** The newest term of each duty. */
  readonly duties: Map<string, Term>
  /** Terms that began, as far as nobody has judged it. */
  terms: { readonly before: Term | undefined; readonly begun: Term; readonly now: number }[]
}

export interface Claiming {
  readonly hash: string
  readonly host: string
  readonly life: Life
  readonly bornMs: number
  readonly atMs: number
}

/** A dispatcher asked a person about a task that nobody serves. */
export interface Asking {
  readonly taskId: number
  readonly life: Life
  readonly atMs: number
}

/** An attempt was called lost by a daemon. */
export interface Loss {
  readonly attemptId: number
  /** Where it was taken. */
  readonly host: string
  /** Who says so, and since when that daemon lives. */
  readonly by: string
  readonly life: Life
  readonly bornMs: number
  readonly atMs: number
  /** When its lease was last prolonged. */
  readonly heardMs: number
  /** Whether its program ran on its machine all the same. */
  readonly lives: boolean
}

export interface Term extends DutyTerm {
  readonly host: string
  readonly pid: number
  readonly until: number
}

export const crossingsIn = partOf<World, Crossings>(() => ({
  renewedMs: new Map(),
  claims: new Map(),
  claimed: [],
  lost: [],
  asked: [],
  duties: new Map(),
  terms: [],
}))

/** The store as one daemon's calls reach it, written down. */
export function crossing(
  store: Store,
  world: World,
  machine: Machine,
  { life, process }: { readonly life: Life; readonly process: Process },
): Store {
  const seen = crossingsIn(world)
  const bornMs = world.time.nowMs
  const { name: host } = machine
  return {
    ...store,
    async claim(input) {
      const answer = await store.claim(input)
      const atMs = world.time.nowMs
      for (const { attempt } of answer.claimed) seen.claims.set(attempt.id, { host, life, atMs })
      if (answer.claimed.length > 0)
        seen.claimed.push({ hash: input.configHash, host, life, bornMs, atMs })
      return answer
    },
    async renew(input) {
      const answer = await store.renew(input)
      seen.renewedMs.set(input.host, world.time.nowMs)
      return answer
    },
    async end(input) {
      const answer = await store.end(input)
      if (answer.ok && input.verdict.class === 'lost')
        tellLoss(world, input.attemptId, { by: host, life, bornMs })
      return answer
    },
    async hold(input) {
      const answer = await store.hold(input)
      const { taskId, release } = input
      if (answer.ok && release.kind === 'person' && release.untilServed === true)
        seen.asked.push({ taskId, life, atMs: world.time.nowMs })
      return answer
    },
    async enterHost(input) {
      const answer = await store.enterHost(input)
      if (answer.ok) hasEntered(world, machine, process)
      return answer
    },
    async leaveHost(input) {
      hasLeft(world, machine, process)
      return await store.leaveHost(input)
    },
    ...dutiful(store, seen),
    ...bringing(store, world),
  }
}

function tellLoss(
  world: World,
  attemptId: number,
  who: Pick<Loss, 'by' | 'life' | 'bornMs'>,
): void {
  const seen = crossingsIn(world)
  const claim = seen.claims.get(attemptId)
  if (claim === undefined) return
  const machine = world.machines.find(({ name }) => name === claim.host)
  const runs = machine?.processes.ofAttempt(attemptId) ?? []
  seen.lost.push({
    ...{ attemptId, host: claim.host, ...who, atMs: world.time.nowMs },
    heardMs: Math.max(claim.atMs, seen.renewedMs.get(claim.host) ?? 0),
    lives: runs.some(({ what }) => what === 'program'),
  })
}

/** Who has which duty. */
const dutiful = (store: Store, seen: Crossings): Pick<Store, 'holdDuties' | 'layDownDuties'> => ({
  async holdDuties(input) {
    const answer = await store.holdDuties(input)
    const { host, pid, until, now } = input
    for (const { duty, term } of answer) {
      const before = seen.duties.get(duty)
      const begun = { duty, term, host, pid, until }
      const isSame = before?.term === term && before.host === host && before.pid === pid
      if (!isSame) seen.terms.push({ before, begun, now })
      if (before === undefined || before.term <= term) seen.duties.set(duty, begun)
    }
    return answer
  },
  async layDownDuties(input) {
    const answer = await store.layDownDuties(input)
    for (const [duty, term] of seen.duties)
      if (term.host === input.host && term.pid === input.pid)
        seen.duties.set(duty, { ...term, until: input.now })
    return answer
  },
})
