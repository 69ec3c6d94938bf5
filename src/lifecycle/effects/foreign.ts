// An effect whose check would have to run on another host, where its folder is. While that host may come back its own
// dispatcher asks; when it has been silent for long a person is asked, and the check is asked when it is back.

import { localTime } from '../../base/when.ts'
import type { Effect } from '../../model/effect.ts'
import type { EffectDeps } from './deps.ts'
import { nextAsking, orphanhood } from './fence.ts'

/** Silent for so long a host is not waited for without telling anybody. */
export const hostGoneMs = 15 * 60_000

/** `seenAt` is the last pulse of the holder's host, null when it never had one. Resolves with the effect as it is then. */
export async function askForGoneHost(
  { store, clock }: Pick<EffectDeps, 'store' | 'clock'>,
  effect: Effect,
  attemptOver: boolean,
  seenAt: number | null,
): Promise<Effect> {
  const now = clock.now()
  const host = effect.holder.process?.host
  if (host === undefined || (seenAt !== null && now - seenAt <= hostGoneMs)) return effect
  const { key, epoch } = effect
  const seen = seenAt === null ? 'has no dispatcher' : `was last seen at ${localTime(seenAt)}`
  const why = `its check runs on ${host}, which ${seen}`
  if (effect.state === 'reserved') {
    const sight = { process: 'elsewhere', attemptOver, performing: 0, now } as const
    if (orphanhood(effect, sight).is !== 'orphaned') return effect
    const told = await store.doubtEffect({
      key,
      epoch,
      reason: why,
      askAt: nextAsking(0, now).askAt,
      tellPerson: true,
      now,
    })
    return told.ok ? told.effect : effect
  }
  if (effect.state !== 'uncertain' || effect.askAt === null || effect.askAt > now) return effect
  const { askAt } = nextAsking(effect.asked, now)
  const told = await store.effectUnanswered({ key, epoch, why, askAt, tellPerson: true, now })
  return told.ok ? told.effect : effect
}
