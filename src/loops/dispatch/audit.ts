// The audit of what waits: by class, how many, the oldest, which mechanism releases them, when it last ran and last
// released. A mechanism that had something to do and moved nothing is flagged: firing is not moving (S0).

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { FleetConfig } from '../../model/config.ts'
import { isStuck, type MechanismState } from '../../model/mechanism.ts'
import { liveMechanisms } from '../../model/mechanism-live.ts'
import { mechanismServing, rowOfMechanism } from '../../model/mechanism-rows.ts'

export interface AuditLine {
  /** The kind of the holds, or the lane of the window they wait at. */
  readonly class: string
  readonly waiting: number
  readonly oldest: number
  readonly needPerson: number
  readonly mechanism: string | null
  readonly does: string
  readonly lastFiredAt: number | null
  readonly lastReleasedAt: number | null
  /** Why it is to be looked at; null while all is well. */
  readonly flag: string | null
}

const overdueMs = 10 * 60_000

/** Looks at everything that waits. */
export async function auditWaits(deps: {
  store: Store
  clock: Clock
  config: FleetConfig
}): Promise<readonly AuditLine[]> {
  const { store, clock, config } = deps
  const now = clock.now()
  const [{ holds, calm }, mechanisms, windows] = await Promise.all([
    store.auditHolds({ overdueBefore: now - overdueMs }),
    store.mechanisms(),
    store.windows(null),
  ])
  const lines = holds.map(({ kind, count, oldest, needPerson, overdue, lastReleasedAt }) => {
    const row = mechanismServing(kind)
    const own = mechanisms.filter((one) => one.name === row?.name)
    const late =
      overdue > 0 && kind !== 'person'
        ? `${overdue} of them are over their time for more than ten minutes: nothing releases them`
        : null
    return {
      class: kind,
      waiting: count,
      oldest,
      needPerson,
      mechanism: row?.name ?? null,
      does: row?.does ?? 'nothing',
      lastFiredAt: latest(own.map((one) => one.lastFiredAt)),
      lastReleasedAt,
      flag: row === null ? 'no mechanism serves it' : (late ?? stuckIn(own, row.patienceMs, now)),
    }
  })
  const calmLines = calm.map(({ window, count, oldest }) => {
    const name = `calm:${window}`
    const own = mechanisms.filter((one) => one.name === name)
    const its = windows.filter((one) => one.name === window)
    const policy = config.windows?.find((one) => one.name === window)
    const why = its.map(({ host, why }) => `${host}: ${why.join('; ') || 'calm'}`).join(' · ')
    const stuck = everywhereStuck(own, policy?.tellAfterMs ?? overdueMs, now)
    return {
      class: name,
      waiting: count,
      oldest,
      needPerson: 0,
      mechanism: name,
      does: rowOfMechanism(name)?.does ?? 'nothing',
      lastFiredAt: latest(own.map((one) => one.lastFiredAt)),
      lastReleasedAt: latest(its.map((one) => one.lastTakenAt)),
      flag:
        policy === undefined
          ? `no window ${window} is configured`
          : stuck === null
            ? null
            : `${stuck}${why === '' ? '' : ` (${why})`}`,
    }
  })
  return [...lines, ...calmLines]
}

/** Every mechanism that had something to do for longer than it may, and moved nothing. */
export async function stuckMechanisms(deps: { store: Store; clock: Clock; config: FleetConfig }) {
  const now = deps.clock.now()
  return liveMechanisms(await deps.store.mechanisms(), deps.config).filter((one) => {
    const window = deps.config.windows?.find(({ name }) => `calm:${name}` === one.name)
    const patienceMs = window?.tellAfterMs ?? rowOfMechanism(one.name)?.patienceMs
    return patienceMs !== undefined && isStuck(one, { patienceMs }, now)
  })
}

const latest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((one) => one !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function stuckIn(own: readonly MechanismState[], patienceMs: number, now: number): string | null {
  const stuck = own.find((one) => isStuck(one, { patienceMs }, now))
  return stuck === undefined ? null : stuckSentence(stuck)
}

/** A window that is open on one host serves all of them. */
function everywhereStuck(
  own: readonly MechanismState[],
  patienceMs: number,
  now: number,
): string | null {
  const stuck = own.filter((one) => isStuck(one, { patienceMs }, now))
  const [first] = stuck
  return first === undefined || stuck.length < own.length ? null : stuckSentence(first)
}

const stuckSentence = (one: MechanismState): string =>
  `it fired ${one.fired} times on ${one.host}, had something to do since ${new Date(one.stuckSince ?? 0).toISOString()}, and moved nothing${one.note === null ? '' : `: ${one.note}`}`
