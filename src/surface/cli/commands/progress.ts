// `midwatch progress`: a session says how far it is.

import { usage } from '../../../base/errors.ts'
import { hideOfSession } from '../../../model/secret.ts'
import { inSession } from '../actor.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { deliver, outOfReach } from '../session-link.ts'
import { asTrouble } from '../task-of.ts'

export function define(command: Command, act: Act): void {
  command.argument('<text...>', 'a few words: “half of the tests pass”').action(act(progress))
}

async function progress(call: Call): Promise<void> {
  const text = hideOfSession(call.world.env)(call.args.flat().join(' '))
  if (!inSession(call.world.env))
    throw usage(
      'usage.session_only',
      'progress is said by a session about its own task',
      'a person reads it: `midwatch show TASK`',
    )
  try {
    const { store, clock } = await call.fleet()
    const actor = await call.actor()
    if (actor.kind !== 'session') return
    const answer = await store.note({
      attemptId: actor.attempt.id,
      bodies: [],
      progress: text,
      now: clock.now(),
    })
    if (!answer.ok) throw asTrouble(answer.refusal)
    store.poke(actor.attempt.host)
    tell(call, true)
  } catch (error) {
    if (!outOfReach(error)) throw error
    const delivered = await deliver(call.world, { verb: 'progress', text }, error)
    if (delivered.by === 'outbox')
      call.world.err.write('midwatch: the database is out of reach; the word lies in the outbox\n')
    tell(call, delivered.by !== 'outbox')
  }
}

function tell({ json, print }: Call, delivered: boolean): void {
  if (json) print.json({ delivered })
}
