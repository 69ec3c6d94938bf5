// Sees to effects whose holders did not say what became of them: they are asked about, and what is old is forgotten. It
// never makes an effect; who wants one makes it.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import { type EffectsConfig, retentionMs } from '../../model/channels.ts'
import { type Effect, isOwn, retentionFloorsMs } from '../../model/effect.ts'
import { cutShort, type TellFiring } from '../../model/mechanism.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import { askForGoneHost } from '../../lifecycle/effects/foreign.ts'
import { reconcile } from '../../lifecycle/effects/reconcile.ts'

export interface EffectsLoopDeps {
  readonly store: Pick<Store, 'openEffects' | 'pruneEffects' | 'effects' | 'failEffect' | 'hosts'>
  readonly clock: Clock
  readonly host: string
  readonly effects: EffectDeps
  readonly config: () => EffectsConfig
  readonly lookEveryMs: () => number
  readonly fired: TellFiring
  readonly onError: (where: string, error: unknown) => void
}

type OpenEffects = Awaited<ReturnType<Store['openEffects']>>

const pageSize = 100
const pruneEveryMs = 3_600_000
const prunePage = 500
/** A message of our own of which nobody can ever say whether it arrived is given up. */
const ownDoubtMs = 7 * 24 * 3_600_000

export function startEffects(deps: EffectsLoopDeps): Service {
  let pruned = Number.NEGATIVE_INFINITY
  return startService('effects', async (signal) => {
    while (!signal.aborted) {
      try {
        await askAbout(deps, signal)
        if (deps.clock.monotonicMs() - pruned >= pruneEveryMs) {
          await forgetOld(deps)
          pruned = deps.clock.monotonicMs()
        }
      } catch (error) {
        deps.onError('effects', error)
        deps.fired(cutShort('effects', error))
      }
      await deps.clock.sleep(deps.lookEveryMs(), signal)
    }
  })
}

/**
 * One pass over what is open, page by page: what nobody can move yet keeps nothing behind it waiting (incident 10). One
 * effect that can't be asked about does not stop the others (incident 11).
 */
export async function askAbout(deps: EffectsLoopDeps, signal: AbortSignal): Promise<void> {
  const { store, clock } = deps
  const now = clock.now()
  let had = 0
  let moved = 0
  for (let after: number | undefined = 0; after !== undefined && !signal.aborted; ) {
    const open: OpenEffects = await store.openEffects({ now, after, limit: pageSize })
    const went = await askAboutPage(deps, open, signal)
    had += went.had
    moved += went.moved
    after = open.length < pageSize ? undefined : open.at(-1)?.effect.id
  }
  deps.fired({ name: 'effects', had, moved })
}

async function askAboutPage(
  deps: EffectsLoopDeps,
  open: OpenEffects,
  signal: AbortSignal,
): Promise<{ had: number; moved: number }> {
  const { store, effects, host } = deps
  const isForeign = ({ check, holder }: Effect): boolean =>
    check !== null && holder.process !== null && holder.process.host !== host
  const rows = open.some(({ effect }) => isForeign(effect)) ? await store.hosts() : []
  const hosts = new Map(rows.map(({ name, pulseAt }) => [name, pulseAt]))
  let moved = 0
  let had = 0
  for (const { effect, attemptOver } of open) {
    if (signal.aborted) break
    // A check runs where its holder ran: its folder is there.
    const foreign = isForeign(effect)
    const seenAt = hosts.get(effect.holder.process?.host ?? '') ?? null
    try {
      const now = foreign
        ? await askForGoneHost(effects, effect, attemptOver, seenAt)
        : await reconcile(effects, effect, attemptOver, signal)
      if (foreign && now === effect) continue
      if (effect.state === 'uncertain' || now.state !== effect.state) had += 1
      if (now.state !== effect.state) moved += 1
    } catch (error) {
      deps.onError(`effect ${effect.key}`, error)
    }
  }
  return { had, moved }
}

/** Forgets by kind what is older than its time. What is open is never forgotten. */
export async function forgetOld({ store, clock, config }: EffectsLoopDeps): Promise<void> {
  const now = clock.now()
  for (const kind of Object.keys(retentionFloorsMs)) {
    const before = now - retentionMs(config(), kind)
    while ((await store.pruneEffects({ kind, before, limit: prunePage, now })).effects > 0);
  }
  const doubts = await store.effects({ states: ['uncertain'], limit: prunePage })
  for (const effect of doubts)
    if (isOwn(effect.key) && effect.state === 'uncertain' && now - effect.since > ownDoubtMs) {
      const { key, epoch } = effect
      await store.failEffect({ key, epoch, reason: 'it was never known', by: 'the ledger', now })
    }
}
