// `effect send` in a session that cannot read the fleet's configuration: the daemon, which has the channels, sends. It is
// asked again until it knows what became of the letter; the key makes asking twice the same as asking once.

import { tryAgain, usage } from '../../../base/errors.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Performed } from '../../../lifecycle/effects/perform.ts'
import type { Posting } from '../../letters.ts'
import type { AskPatiently } from './apart.ts'

const askEveryMs = 200
/** A request is one line of bounded length. */
const postingMax = 900_000

/** `ask` is patient with a daemon that is away. Throws `usage.text`, `session.no_answer` and `effect.on_its_way`. */
export async function sendApart(
  ask: AskPatiently,
  clock: Clock,
  posting: Posting,
  waitMs: number,
  signal: AbortSignal,
): Promise<Performed> {
  if (JSON.stringify(posting).length > postingMax)
    throw usage(
      'usage.text',
      `from here a letter may have ${postingMax} characters at most`,
      'put it somewhere and send where it is',
    )
  const deadline = clock.monotonicMs() + waitMs
  for (;;) {
    const told = await ask({ do: 'send', ...posting })
    if (!told.ok) return { got: 'refused', refusal: told.refusal }
    if (told.sent) return told.sent
    if (signal.aborted || clock.monotonicMs() >= deadline)
      throw tryAgain(
        'effect.on_its_way',
        `the dispatcher has not said yet what became of ${posting.key}`,
        'the same command again waits for its answer; nothing is sent twice',
      )
    await clock.sleep(askEveryMs, signal)
  }
}
