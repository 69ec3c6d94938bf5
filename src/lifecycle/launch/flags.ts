// Before me: an ending that says the client refused its arguments. After me: the same, or nobody's fault, because the
// refused flag was an optional one and is left out from now on. I promise: what is refused is learned before anybody is
// told of the ending, so that a crash in between charges nobody either.

import type { Clock } from '../../base/clock.ts'
import type {
  AgentAdapter,
  AgentSettings,
  Ending,
  FlagBook,
  LackedFlag,
  Plan,
  WorkOrder,
} from '../../drivers/agents/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { Attempt } from '../../model/attempt.ts'
import type { Verdict } from '../../model/failure.ts'

export interface FlagDeps {
  readonly store: Store
  readonly clock: Clock
  readonly adapter: AgentAdapter
  readonly settings: AgentSettings
  readonly flags: FlagBook
}

/** Records which optional flags a call goes without. */
export async function noteLeftOut(
  { store, clock }: Pick<FlagDeps, 'store' | 'clock'>,
  attempt: Attempt,
  plan: Plan,
  lacks: ReadonlyMap<string, LackedFlag>,
): Promise<void> {
  if (plan.leftOut.length === 0) return
  const why = [...new Set(plan.leftOut.map((name) => lacks.get(name)?.why ?? 'not known'))]
  const body = { kind: 'attempt.flag_dropped', flags: plan.leftOut, why: why.join('; ') } as const
  await store.note({ attemptId: attempt.id, bodies: [body], now: clock.now() })
}

/**
 * Pins a refused call on optional flags where it can be: they are dropped for this build, and the verdict blames nobody.
 * Anything else is answered as it is.
 */
export async function pinOnFlags(
  deps: FlagDeps,
  attempt: Attempt,
  work: () => Promise<WorkOrder>,
  ending: Ending,
  verdict: Verdict,
): Promise<Verdict> {
  if (verdict.class !== 'argument_error') return verdict
  const { adapter, settings, flags, store, clock } = deps
  const lacks = await flags.lacks({ adapter, settings })
  // What was learned to be lacking after this call was worded had still been sent.
  const unsent = new Set(
    [...lacks].filter(([, { at }]) => at < attempt.claimedAt).map(([name]) => name),
  )
  const refused = adapter.refusedFlags(settings, await work(), ending, unsent)
  if (refused.length === 0) return verdict
  await flags.drop({ adapter, settings }, refused, verdict.evidence)
  const body = { kind: 'attempt.flag_refused', flags: refused, why: verdict.evidence } as const
  await store.note({ attemptId: attempt.id, bodies: [body], now: clock.now() })
  const evidence = `${refused.join(', ')} is left out from now on: ${verdict.evidence}`
  return { ...verdict, blame: 'nobody', evidence }
}
