// Tells that the store cannot be written, without the store: on standard error and through the notifiers, at most hourly, and
// once more when it can be written again. Nobody but this process remembers it.

import type { Clock } from '../../base/clock.ts'
import { formatDuration } from '../../base/duration.ts'
import type { Message, Notifier } from '../../drivers/notifiers/contract.ts'

export interface CryDeps {
  readonly clock: Clock
  readonly fleet: string
  readonly notifiers: () => readonly Notifier[]
  readonly log: (line: string) => void
}

/** A moment's trouble is nobody's business: others wait for the store as well. */
const patienceMs = 30_000
const atMostEveryMs = 3_600_000

/** Answers the function that is told of every success (null) and every failure. */
export function createCry(deps: CryDeps): (error: unknown) => Promise<void> {
  const { clock } = deps
  let since: { readonly ms: number; readonly at: number } | null = null
  let criedMs: number | null = null

  async function cry(what: Message['what'], title: string): Promise<void> {
    deps.log(title)
    const at = since?.at ?? clock.now()
    const message: Message = {
      fleet: deps.fleet,
      what,
      key: 'store',
      title,
      text: `Midwatch ${deps.fleet}: ${title}\n`,
      needsPerson: what === 'opened',
      openedAt: at,
      resolvedAt: what === 'opened' ? null : clock.now(),
    }
    for (const notifier of deps.notifiers())
      try {
        await notifier.tell(message, new AbortController().signal)
      } catch (error) {
        deps.log(`${notifier.name}: ${(error as Error).message}`)
      }
  }

  return async (error) => {
    const nowMs = clock.monotonicMs()
    if (error === null) {
      const [began, cried] = [since, criedMs]
      criedMs = null
      if (began !== null && cried !== null)
        await cry(
          'resolved',
          `the store can be written again, after ${formatDuration(nowMs - began.ms)}`,
        )
      since = null
      return
    }
    since ??= { ms: nowMs, at: clock.now() }
    if (nowMs - since.ms < patienceMs) return
    if (criedMs !== null && nowMs - criedMs < atMostEveryMs) return
    criedMs = nowMs
    const why = (error as Error)?.message ?? String(error)
    await cry(
      'opened',
      `the store cannot be written for ${formatDuration(nowMs - since.ms)}: ${why}`,
    )
  }
}
