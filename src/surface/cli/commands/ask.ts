// `midwatch ask`: a session asks a person. It ends the session at no cost; no session idles while a person thinks.

import { usage } from '../../../base/errors.ts'
import { hideOfSession } from '../../../model/secret.ts'
import { inSession } from '../actor.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { deliver, outOfReach } from '../session-link.ts'
import { asTrouble } from '../task-of.ts'

export function define(command: Command, act: Act): void {
  command
    .argument('<question...>', 'what a person shall decide')
    .addHelpText('after', '\nThe answer stands in the next attempt’s order.\nJSON: {"delivered"}')
    .action(act(ask))
}

async function ask(call: Call): Promise<void> {
  const text = hideOfSession(call.world.env)(call.args.flat().join(' ')).trim()
  if (text === '') throw usage('usage.question', 'the question is empty', 'ask something')
  if (!inSession(call.world.env))
    throw usage(
      'usage.session_only',
      'ask is said by a session about its own task',
      'a person lets a task wait with `midwatch hold TASK --ask QUESTION`',
    )
  try {
    const { store, clock } = await call.fleet()
    const actor = await call.actor()
    if (actor.kind !== 'session') return
    const asked = { attemptId: actor.attempt.id, question: text, now: clock.now() }
    const answer = await store.ask(asked)
    if (!answer.ok) throw asTrouble(answer.refusal)
    store.poke(actor.attempt.host)
    tell(call, true)
  } catch (error) {
    if (!outOfReach(error)) throw error
    const delivered = await deliver(call.world, { verb: 'ask', text }, error)
    if (delivered.by === 'outbox')
      call.world.err.write('midwatch: the database is out of reach; the word lies in the outbox\n')
    tell(call, delivered.by !== 'outbox')
  }
}

function tell({ json, print }: Call, delivered: boolean): void {
  if (json) print.json({ delivered })
  else print.line('Asked; this session ends now, and the next one is told the answer')
}
