// `midwatch effect resolve`: a person says what became of an effect that nobody can be asked about.

import { refused, usage } from '../../../base/errors.ts'
import { resolveEffect } from '../../../lifecycle/effects/resolve.ts'
import { inSession } from '../actor.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import { effectKey, handsOf } from '../effects/hands.ts'
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
  const { deps, by, store } = await handsOf(call)
  const answer = {
    key,
    said: performed ? ('performed' as const) : ('failed' as const),
    reason: reason ?? `${by} says so`,
    gone,
    by,
  }
  const told = await resolveEffect(deps, answer, new AbortController().signal)
  if (!told.ok) throw asTrouble(told.refusal)
  store.poke()
  if (call.json) call.print.json({ effect: effectShape(told.effect) })
  else call.print.line(`${key} is ${performed ? 'performed' : 'failed; it may be tried again'}`)
}
