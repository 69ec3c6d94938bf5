// Questions that wait for a person: reminded as often as was said, decided for when nobody answered in time, and ended
// when what they asked for came by itself.

import { type Hold, type PersonRelease, personLookAt } from '../../model/hold.ts'
import { whoServes } from '../../model/demand.ts'
import type { HoldsDeps } from './deps.ts'

const takeMs = 60_000
const page = 100

/** Reminds and decides what is due; answers how many there were. */
export async function remindPersons(deps: HoldsDeps): Promise<number> {
  const { store, clock } = deps
  const now = clock.now()
  const due = await store.takeLooks({ kind: 'person', now, takeMs, limit: page })
  for (const hold of due) if (hold.release.kind === 'person') await tend(deps, hold, hold.release)
  return due.length
}

async function tend(
  { store, clock }: HoldsDeps,
  hold: Hold,
  release: PersonRelease,
): Promise<void> {
  const now = clock.now()
  const { decide } = release
  if (decide === undefined || now < decide.at)
    return await store.remind({ holdId: hold.id, nextAt: personLookAt(release, now), now })
  const by = 'the time stated with the question'
  const body = { kind: 'hold.timed_out' as const, holdId: hold.id, decision: decide.how }
  await store.recordFacts({ bodies: [body], now })
  if (decide.how === 'release') await store.release({ holdId: hold.id, by, now })
  else {
    const reason = `nobody answered in time: ${release.question}`
    await store.settleByHand({ taskId: hold.taskId, outcome: 'cancelled', by, reason, now })
  }
}

/** Releases tasks that waited for an agent that could take them, now that one is configured. */
export async function releaseServed({ store, clock, inForce }: HoldsDeps): Promise<number> {
  const { offers, config } = inForce()
  let released = 0
  let after = 0
  for (;;) {
    const holds = await store.waitingForPersons({ after, limit: page })
    for (const hold of holds) {
      after = hold.id
      if (hold.release.kind !== 'person' || hold.release.untilServed !== true) continue
      const task = await store.task(hold.taskId)
      if (task === null || whoServes(offers, task.demand, config.tiers).agents.length === 0)
        continue
      await store.release({ holdId: hold.id, by: 'a configuration that fits', now: clock.now() })
      released += 1
    }
    if (holds.length < page) return released
  }
}
