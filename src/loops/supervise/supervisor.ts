// The supervisor: alone starts and stops the daemon and the sentinel, in order and in reverse. It knows nothing of tasks. It
// restarts who falls, and who is proven to stand still; that a child waits for the store is no reason.

import type { Clock } from '../../base/clock.ts'
import { type Service, startService } from '../../base/service.ts'
import { createWaker, type Waker } from '../../base/waker.ts'
import type { ChildExit, ChildRole, Children } from '../../drivers/children/contract.ts'
import { Books, type OpenBooks } from './books.ts'
import { Post } from './post.ts'
import { isCalmAgain } from './restart.ts'
import { createWatch } from './watch.ts'

export interface SupervisorDeps {
  readonly children: Children
  readonly clock: Clock
  /** What a person at the terminal should know. */
  readonly log: (line: string) => void
  /** Opened once the daemon works; until then, and while the store is away, facts wait. */
  readonly openBooks: OpenBooks
  /** Called when the daemon first works, on every round, and when all is to end. */
  readonly tellService?: (what: 'ready' | 'alive' | 'stopping') => void
}

export interface Supervisor extends Service {
  /** The exit code of what ended by itself; null when it was asked to end. */
  readonly exitCode: () => number | null
}

/** The first second of a start belongs to the daemon alone. */
const sentinelAfterMs = 1_000
const roundMs = 1_000
/** While nobody changes anything there is little to look at: a wish for a restart is a change, and wakes. */
const quietRoundMs = 5_000
const stopPatienceMs = 60_000
const sentinelStopMs = 5_000
/** From SIGTERM to SIGKILL: a stopped process heeds only the second. */
const graceMs = 3_000

export function startSupervisor(deps: SupervisorDeps): Supervisor {
  const { clock } = deps
  const waker = createWaker(clock)
  const books = new Books(deps.openBooks, clock, () => waker.wake('outside'))
  const wishes = new Map<number, string>()
  let code: number | null = null
  const over = new AbortController()
  const post = (role: ChildRole) =>
    postOf(deps, books, role, wishes, waker, (with_) => {
      code = with_
      over.abort()
    })
  const daemon = post('daemon')
  const sentinel = post('sentinel')
  const service = startService('supervisor', async (signal) => {
    const end = () => over.abort()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    daemon.start()
    const ended = new Promise<void>((resolve) =>
      over.signal.addEventListener('abort', () => resolve()),
    )
    await Promise.race([daemon.firstReady, ended])
    if (!over.signal.aborted) deps.tellService?.('ready')
    await clock.sleep(sentinelAfterMs, over.signal)
    if (!over.signal.aborted) sentinel.start()
    await rounds(deps, books, [daemon, sentinel], wishes, waker, over.signal)
    deps.tellService?.('stopping')
    await sentinel.end(sentinelStopMs, graceMs)
    await daemon.end(stopPatienceMs, graceMs)
    await books.close()
  })
  return { ...service, exitCode: () => code }
}

function postOf(
  { children, clock, log }: SupervisorDeps,
  books: Books,
  role: ChildRole,
  wishes: Map<number, string>,
  waker: Waker,
  onOver: (code: number | null) => void,
): Post {
  return new Post({
    children,
    clock,
    role,
    waitsMs: () => books.rules.restartWaitsMs,
    firstMustWork: role === 'daemon',
    onStarted: (pid, why) =>
      books.note({ kind: 'process.started', host: books.host, role, pid, why }),
    onEnded(pid, exit, livedMs, next) {
      log(`the ${role} (process ${pid}) ended with ${endOf(exit)}; ${next}`)
      const { code: exitCode, signal } = exit
      const lived = Math.round(livedMs)
      books.note({
        kind: 'process.ended',
        host: books.host,
        role,
        pid,
        exitCode,
        signal,
        livedMs: lived,
        next,
      })
    },
    onTrouble: () => books.troubled(role),
    onOver,
    onRestartWish(pid, reason) {
      wishes.set(pid, reason)
      waker.wake('outside')
    },
  })
}

async function rounds(
  deps: SupervisorDeps,
  books: Books,
  posts: readonly Post[],
  wishes: Map<number, string>,
  waker: Waker,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = deps
  const watch = createWatch({ clock, posts, books, graceMs, log })
  while (!signal.aborted) {
    deps.tellService?.('alive')
    await books.round()
    for (const [pid, reason] of wishes) await watch.wish(pid, reason)
    wishes.clear()
    await watch.round()
    for (const { role, deaths } of posts)
      if (isCalmAgain(deaths, clock.monotonicMs())) await books.calm(role)
    await clock.sleep(roundMs, signal)
    const restMs = Math.min(quietRoundMs, books.rules.patienceMs / roundsPerPatience) - roundMs
    if (restMs > 0 && wishes.size === 0) await waker.wait(restMs, signal)
  }
}

/** Its own absence is noticed after half of the patience. */
const roundsPerPatience = 12

const endOf = ({ code, signal }: ChildExit): string => signal ?? `exit ${code}`
