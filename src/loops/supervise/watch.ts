// The supervisor's own eyes: answers the restarts that the sentinel asks for, each only after a look of its own, and pings
// both children, so that a sentinel that stands still is found, and a daemon while the store is out of everybody's reach.

import type { Clock } from '../../base/clock.ts'
import type { Health } from '../../drivers/children/contract.ts'
import type { Books } from './books.ts'
import type { Post } from './post.ts'

export interface WatchDeps {
  readonly clock: Clock
  readonly posts: readonly Post[]
  readonly books: Books
  readonly graceMs: number
  readonly log: (line: string) => void
}

export interface Watch {
  round(): Promise<void>
  /** A wish for a restart that came over the channel, because the store is out of reach. */
  wish(pid: number, reason: string): Promise<void>
}

const pongWithinMs = 3_000
/** A child that waits that long for the store says so, and is left alone. */
const storeWaitMs = 2_000

export function createWatch({ clock, posts, books, graceMs, log }: WatchDeps): Watch {
  const heardMs = new Map<number, number>()
  let pingedMs = clock.monotonicMs()
  let lookedMs = clock.monotonicMs()

  /** Looks at the child itself, and restarts it when it bears the complaint out. */
  async function judge(post: Post, pid: number, reason: string): Promise<string> {
    const { role } = post
    if (post.child?.pid !== pid) return 'another process has taken its place already'
    const health = await post.ping(pongWithinMs)
    const why = whyNot(health, books.rules.patienceMs)
    if (why !== null) return `not restarted: ${why}`
    const sent = await post.renew(graceMs)
    log(`the ${role} (process ${pid}) stood still and was stopped (${sent.join(', ')}): ${reason}`)
    return `stopped (${sent.join(', ')}), proven gone, and started again`
  }

  const postWith = (pid: number) => posts.find((post) => post.child?.pid === pid)

  async function pingAll(): Promise<void> {
    const { patienceMs } = books.rules
    const nowMs = clock.monotonicMs()
    const slept = nowMs - lookedMs > patienceMs / 2
    lookedMs = nowMs
    if (slept) heardMs.clear() // we were away ourselves: nobody is judged for one period
    if (nowMs - pingedMs < patienceMs / 4 && !slept) return
    pingedMs = nowMs
    for (const post of posts) await pingOne(post, patienceMs)
  }

  async function pingOne(post: Post, patienceMs: number): Promise<void> {
    const pid = post.child?.pid
    if (pid === undefined) return
    const since = heardMs.get(pid) ?? clock.monotonicMs()
    heardMs.set(pid, since)
    const health = await post.ping(pongWithinMs)
    lookedMs = clock.monotonicMs()
    // The daemon's loops are the sentinel's to judge; whether it answers at all is ours, later than the sentinel's word.
    const still = post.role === 'sentinel' ? whyNot(health, patienceMs) === null : health === null
    if (!still) {
      heardMs.set(pid, clock.monotonicMs())
      return
    }
    const allowedMs = post.role === 'sentinel' ? patienceMs : patienceMs * 3
    if (clock.monotonicMs() - since < allowedMs) return
    heardMs.delete(pid)
    const said = await judge(post, pid, `no sign of life for ${Math.round(allowedMs / 1_000)} s`)
    log(`the ${post.role} (process ${pid}): ${said}`)
  }

  return {
    async round() {
      for (const { id, pid, reason } of await books.requests()) {
        const post = postWith(pid)
        const said =
          post === undefined
            ? 'another process has taken its place already'
            : await judge(post, pid, reason)
        await books.answer(id, said)
      }
      await pingAll()
    },
    async wish(pid, reason) {
      const post = postWith(pid)
      if (post !== undefined) await judge(post, pid, reason)
    },
  }
}

/** Why a child is to be left alone, or null when it stands still. */
function whyNot(health: Health | null, patienceMs: number): string | null {
  if (health === null) return null
  if (health.storeWaitMs >= storeWaitMs)
    return `it answers, and waits for the store since ${Math.round(health.storeWaitMs / 1_000)} s`
  const longest = Math.max(0, ...Object.values(health.silent))
  return longest < patienceMs ? 'it answers, and its loops come round' : null
}
