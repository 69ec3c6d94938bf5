// The looks of checks: several at once, never more than a few, each taken from the store for as long as it may last, so
// that two hosts do not look twice and a dead one leaves nothing behind.

import type { Hold } from '../../model/hold.ts'
import { brokenTold, nextLookMs } from '../../model/probe.ts'
import { noData } from '../../model/incident.ts'
import type { HoldsDeps } from './deps.ts'

/** Looks under way at once on one host. */
const atOnce = 8
/** Beyond its own time a look is somebody else's: ending what it left running takes a while. */
const takeMs = 30_000
const longestLookMs = 600_000

export interface Looks {
  /** Begins as many due looks as there is room for. */
  begin(): Promise<void>
  /** Resolves when every look under way has ended. */
  drained(): Promise<void>
}

export function createLooks(deps: HoldsDeps, signal: AbortSignal): Looks {
  const { store, clock, fired } = deps
  const underWay = new Map<number, Promise<void>>()
  return {
    async begin() {
      const room = atOnce - underWay.size
      const taken = { kind: 'check' as const, now: clock.now(), takeMs, limit: room }
      const due = room > 0 ? await store.takeLooks(taken) : []
      if (due.length === 0) fired({ name: 'check', had: underWay.size, moved: underWay.size })
      for (const hold of due) {
        const look = lookOnce(deps, hold, signal)
          .catch((error: unknown) => deps.onError(`check h${hold.id}`, error))
          .then(() => void underWay.delete(hold.id))
        underWay.set(hold.id, look)
      }
    },
    async drained() {
      await Promise.all(underWay.values())
    },
  }
}

/** One look, and what follows of it. A look that was cut off because we leave says nothing. */
async function lookOnce(deps: HoldsDeps, hold: Hold, signal: AbortSignal): Promise<void> {
  const { store, clock, checker, fired } = deps
  if (hold.release.kind !== 'check') return
  const { probe, everyMs } = hold.release
  const timeoutMs = Math.min(hold.release.timeoutMs, longestLookMs)
  const look = await checker.look(probe, `hold-${hold.id}`, timeoutMs, signal)
  const now = clock.now()
  if (signal.aborted && look.answer === 'broken') return await leave(deps, hold, now)
  const broken = look.answer === 'broken' ? (hold.state.broken ?? 0) + 1 : 0
  const nextAt = now + nextLookMs(everyMs, broken)
  const noted = await store.noteLook({ holdId: hold.id, look, nextAt, now })
  const note = broken > 0 ? `h${hold.id}: ${look.detail}` : null
  fired({ name: 'check', had: 1, moved: Number(broken === 0), note })
  if (!noted.ok) return
  if (broken === brokenTold) await tellBroken(deps, hold, look.detail, now)
  if (broken === 0 && (hold.state.broken ?? 0) >= brokenTold)
    await store.resolveIncident({ key: `probe:${hold.id}`, by: 'it can tell again', now })
}

/** Whoever looks next begins at once. */
async function leave({ store }: HoldsDeps, hold: Hold, now: number): Promise<void> {
  await store.lookAgain({ holdId: hold.id, at: now })
}

async function tellBroken(
  { store }: HoldsDeps,
  hold: Hold,
  detail: string,
  now: number,
): Promise<void> {
  await store.openIncident({
    key: `probe:${hold.id}`,
    title: `task ${hold.taskId} waits for a check that cannot tell: ${detail}`,
    data: {
      ...noData,
      needsPerson: true,
      tasks: [hold.taskId],
      release: `mend the check (it looks again by itself), or \`midwatch release h${hold.id}\``,
    },
    now,
  })
}
