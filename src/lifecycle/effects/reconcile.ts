// What became of an effect whose holder did not say? It is asked, by the effect's own check or by the channel it went
// through, before anything is done again; where nothing can be asked, a person is, once. (S4; incident 56: a recovery
// repeated a body that was not idempotent.)

import { unreachable } from '../../base/assert.ts'
import {
  type Effect,
  type EffectCheck,
  type EffectResult,
  isOwn,
  type ReservedEffect,
  type UncertainEffect,
} from '../../model/effect.ts'
import type { Asking, Found } from '../../drivers/channels/contract.ts'
import type { EffectDeps } from './deps.ts'
import { markOf, nextAsking, orphanhood } from './fence.ts'
import { letterOf } from './letter.ts'

/** How an effect is asked about. */
interface Inquiry {
  readonly by: string
  readonly settleMs: number
  ask(signal: AbortSignal): Promise<Answer>
}
export type Answer =
  | { readonly said: 'yes'; readonly result: EffectResult }
  | { readonly said: 'no' }
  | { readonly said: 'nothing'; readonly why: string }

const checkLimitMs = 60_000

/**
 * Brings an effect as far as it can be brought from here: an orphaned reservation into doubt, a doubt that is due to its
 * answer. Resolves with the effect as it is then. Idempotent; two at once do no harm.
 */
export async function reconcile(
  deps: EffectDeps,
  effect: Effect,
  attemptOver: boolean,
  signal: AbortSignal,
): Promise<Effect> {
  if (effect.state === 'reserved') {
    const doubted = await doubtIfOrphaned(deps, effect, attemptOver)
    return doubted.state === 'uncertain' ? reconcile(deps, doubted, attemptOver, signal) : doubted
  }
  const isDue =
    effect.state === 'uncertain' && effect.askAt !== null && effect.askAt <= deps.clock.now()
  return isDue ? await ask(deps, effect, signal) : effect
}

async function doubtIfOrphaned(
  deps: EffectDeps,
  effect: ReservedEffect,
  attemptOver: boolean,
): Promise<Effect> {
  const { store, clock, holders } = deps
  const { key, epoch, holder } = effect
  const mark = markOf(store.fleetId, effect)
  const look = (performing: number) => ({
    process: holder.process === null ? null : holders.standing(holder.process),
    attemptOver,
    performing,
    now: clock.now(),
  })
  if (orphanhood(effect, look(0)).is === 'held') return effect // spares a look at every process
  let found = orphanhood(effect, look(holders.performing(mark).length))
  if (found.is === 'overdue') {
    if ((await holders.end(mark)).length > 0) return effect
    found = orphanhood(effect, look(0))
  }
  if (found.is !== 'orphaned') return effect
  const now = clock.now()
  const inquiry = inquiryOf(deps, effect)
  const askAt = inquiry === null ? null : now + inquiry.settleMs
  const doubted = await store.doubtEffect({
    key,
    epoch,
    reason: found.why,
    askAt,
    tellPerson: askAt === null && !isOwn(key),
    now,
  })
  return doubted.ok ? doubted.effect : await again(deps, effect)
}

async function ask(
  deps: EffectDeps,
  effect: UncertainEffect,
  signal: AbortSignal,
): Promise<Effect> {
  const { store, clock, holders } = deps
  const { key, epoch } = effect
  const inquiry = inquiryOf(deps, effect)
  const at = holders.performing(markOf(store.fleetId, effect))
  const answer: Answer =
    at.length > 0
      ? { said: 'nothing', why: `process ${at.join(', ')} may yet make it` }
      : inquiry === null
        ? { said: 'nothing', why: 'the channel it went through is not configured any more' }
        : await inquiry.ask(signal)
  const now = clock.now()
  const by = inquiry?.by ?? 'the ledger'
  const { said } = answer
  const told = await (said === 'yes'
    ? store.performEffect({ key, epoch, result: answer.result, by, now })
    : said === 'no'
      ? store.failEffect({ key, epoch, reason: `${by} found no trace of it`, by, now })
      : said === 'nothing'
        ? store.effectUnanswered({
            key,
            epoch,
            why: answer.why,
            ...nextAsking(effect.asked, now),
            ...(isOwn(key) ? { tellPerson: false } : {}),
            now,
          })
        : unreachable(said))
  return told.ok ? told.effect : await again(deps, effect)
}

const again = async ({ store }: EffectDeps, effect: Effect): Promise<Effect> =>
  (await store.effect(effect.key)) ?? effect

/** Whether and how an effect can be asked about. */
export function inquiryOf(deps: EffectDeps, effect: Effect): Inquiry | null {
  if (effect.check !== null) return byCheck(deps, effect, effect.check)
  const letter = letterOf(effect)
  const asking = letter === null ? null : (deps.channel(letter.channel)?.asking ?? null)
  return letter === null || asking === null
    ? null
    : byChannel(letter.channel, asking, (signal) => asking.ask(letter.letter, signal))
}

function byCheck({ host }: EffectDeps, effect: Effect, check: EffectCheck): Inquiry {
  return {
    by: 'its check',
    settleMs: 0,
    ask: (signal) => askCheck({ host }, effect.key, check, signal),
  }
}

/** Runs the check of an effect: exit 0 is yes, 1 is no, anything else is no answer. */
export async function askCheck(
  { host }: Pick<EffectDeps, 'host'>,
  key: string,
  check: EffectCheck,
  signal: AbortSignal,
): Promise<Answer> {
  const env = { ...host.baseEnv, MIDWATCH_EFFECT_KEY: key }
  const ran = await host.runShell(check.command, check.cwd, env, checkLimitMs, signal)
  if (!ran.ran) return { said: 'nothing', why: ran.why }
  if (ran.exitCode === 1) return { said: 'no' }
  if (ran.exitCode === 0) return { said: 'yes', result: resultOf(ran.output, 'its check') }
  return { said: 'nothing', why: `its check ended with ${ran.signal ?? `exit ${ran.exitCode}`}` }
}

function byChannel(
  name: string,
  { settleMs }: Asking,
  look: (signal: AbortSignal) => Promise<Found>,
): Inquiry {
  return {
    by: `channel ${name}`,
    settleMs,
    async ask(signal) {
      const seen = await look(signal)
      if (seen.found === 'no') return { said: 'no' }
      if (seen.found === 'unknown') return { said: 'nothing', why: seen.why }
      return { said: 'yes', result: resultOf('', seen.receipt) }
    },
  }
}

const resultOf = (output: string, receipt: string): EffectResult => ({
  output,
  errors: '',
  truncated: false,
  receipt,
})
