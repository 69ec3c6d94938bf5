// Sends letters for sessions that cannot read the fleet's configuration. The daemon holds what it sends, within the
// session's attempt: a daemon that dies in between leaves a doubt, and the channel is asked before anything is sent again.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import type { EffectDeps } from '../../lifecycle/effects/deps.ts'
import type { Performed } from '../../lifecycle/effects/perform.ts'
import type { Fenced } from '../../model/refusal.ts'
import { type Posting, sendLetter } from '../letters.ts'

export interface PostDeps {
  readonly clock: Clock
  readonly effects: EffectDeps
  /** Names of the configured channels; asked anew each time. */
  readonly names: () => readonly string[]
}

/** Null: it is on its way, or waits until there is room; who asks the same again is told what became of it. */
export type Posted = Fenced<{ readonly sent: Performed | null }>

export interface Post extends Service {
  send(attemptId: number, posting: Posting): Promise<Posted>
}

/** Shorter than a session waits for one answer. */
const answerMs = 2_500
/** An ending that nobody came for is forgotten: the ledger knows it. */
const keptMs = 60_000
const atOnceMax = 64
/** How long another one's making of the same letter is waited for before the session is asked to ask again. */
const waitMs = 60_000

export function startPost({ clock, effects, names }: PostDeps): Post {
  const going = new Map<string, Promise<Performed>>()
  const stop = new AbortController()
  const service = startService('post', async (signal) => {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        stop.abort() // from here on nothing is begun
        resolve()
      })
    })
    await Promise.allSettled(going.values())
  })
  const begin = (name: string, attemptId: number, posting: Posting): Promise<Performed> => {
    const holder = { attemptId, process: effects.holders.me() }
    const sender = { holder, by: `attempt ${attemptId}`, waitMs }
    const sending = sendLetter(effects, names(), posting, sender, stop.signal)
    going.set(name, sending)
    const forget = () => {
      if (going.get(name) === sending) going.delete(name)
    }
    sending.then(() => clock.sleep(keptMs, stop.signal)).then(forget, forget)
    return sending
  }
  return {
    ...service,
    async send(attemptId, posting) {
      const name = `${attemptId} ${JSON.stringify(posting)}`
      const known = going.get(name)
      if (known === undefined && (going.size >= atOnceMax || stop.signal.aborted))
        return { ok: true, sent: null }
      const answered = new AbortController()
      const sent = await Promise.race([
        known ?? begin(name, attemptId, posting),
        clock.sleep(answerMs, answered.signal).then(() => null),
      ]).finally(() => answered.abort())
      if (sent !== null) going.delete(name)
      return { ok: true, sent }
    },
  }
}
