// `midwatch effect resolve`: a person says what became of an effect that nobody can be asked about.

import { notFound, refused, usage } from '../../../base/errors.ts'
import type { Effect } from '../../../model/effect.ts'
import { reconcile } from '../../../lifecycle/effects/reconcile.ts'
import { inSession } from '../actor.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { effectKey, type Hands, handsOf, holderText } from '../effects/hands.ts'
import { effectShape } from '../effects/shape.ts'
import type { Command } from '../grammar.ts'
import { asTrouble } from '../task-of.ts'

interface ResolveOptions {
  performed?: boolean
  failed?: boolean
  reason?: string
  gone?: boolean
}

export function defineResolve(command: Command, act: Act): void {
  command
    .command('resolve')
    .summary('a person says what became of it')
    .argument('<key>', 'as `effect list` shows it')
    .option('--performed', 'it happened')
    .option('--failed', 'nothing happened: it may be tried again')
    .option('--reason <text>', 'how you know')
    .option('--gone', 'its holder on another host will not come back')
    .addHelpText('after', '\nJSON: {"effect":{"key","state",…}}')
    .action(act(resolve))
}

async function resolve(call: Call<ResolveOptions>): Promise<void> {
  const { performed = false, failed = false, reason, gone = false } = call.options
  const key = effectKey(call.args[0])
  if (performed === failed)
    throw usage('usage.answer', 'did it happen?', 'say --performed or --failed')
  if (inSession(call.world.env))
    throw refused(
      'session.not_allowed',
      'a session may not say what became of an effect in doubt',
      'a person looks whether it happened',
    )
  const hands = await handsOf(call)
  const { store, clock } = hands.fleet
  const doubted = await inDoubt(hands, key, gone)
  const { epoch } = doubted
  const { by } = hands.actor
  const now = clock.now()
  const why = reason ?? `${by} says so`
  const result = { output: '', errors: '', truncated: false, receipt: why }
  const told = performed
    ? await store.performEffect({ key, epoch, result, by, now })
    : await store.failEffect({ key, epoch, reason: why, by, now })
  if (!told.ok) throw asTrouble(told.refusal)
  store.poke()
  if (call.json) call.print.json({ effect: effectShape(told.effect) })
  else call.print.line(`${key} is ${performed ? 'performed' : 'failed; it may be tried again'}`)
}

/** The effect, in doubt; what is reserved by somebody who lives is that one's to say. */
async function inDoubt(hands: Hands, key: string, gone: boolean): Promise<Effect> {
  const { store, clock } = hands.fleet
  const found = await store.effect(key)
  if (found === null)
    throw notFound(
      'effect.missing',
      `there is no effect ${key}`,
      '`midwatch effect list` shows them',
    )
  const attempt =
    found.holder.attemptId === null ? null : await store.attempt(found.holder.attemptId)
  const attemptOver =
    found.holder.attemptId !== null && (attempt === null || attempt.state === 'ended')
  const effect = await reconcile(hands.deps, found, attemptOver, new AbortController().signal)
  if (effect.state === 'uncertain') return effect
  if (effect.state === 'reserved' && gone && elsewhere(hands, effect)) {
    const { epoch } = effect
    const now = clock.now()
    const why = 'its holder is gone, says a person'
    const told = await store.doubtEffect({
      key,
      epoch,
      reason: why,
      askAt: null,
      tellPerson: false,
      now,
    })
    if (!told.ok) throw asTrouble(told.refusal)
    return told.effect
  }
  throw refused(
    'effect.settled',
    effect.state === 'reserved'
      ? `${key} is being made by ${holderText(effect.holder)}, which lives as far as can be seen`
      : `${key} is ${effect.state} already`,
    effect.state === 'reserved'
      ? 'wait for it, or stop it first; --gone says that its holder on another host is gone for good'
      : '`midwatch effect show` tells how it came to that',
  )
}

const elsewhere = ({ holders }: Hands, { holder }: Effect): boolean =>
  holder.process === null || holders.standing(holder.process) === 'elsewhere'
