// One post of a supervisor: a child that is to be there. Whoever falls is replaced, with a growing wait; whoever is to go is
// gone only when that is proven.

import type { Clock } from '../../base/clock.ts'
import type {
  Child,
  ChildExit,
  ChildRole,
  Children,
  Health,
  Say,
} from '../../drivers/children/contract.ts'
import { afterDeath, type Deaths, noDeaths } from './restart.ts'

export interface PostDeps {
  readonly children: Children
  readonly clock: Clock
  readonly role: ChildRole
  readonly waitsMs: () => readonly number[]
  /** A child that ends before it ever worked ends everything; else it is started again. */
  readonly firstMustWork: boolean
  readonly onStarted: (pid: number, why: string) => void
  readonly onEnded: (pid: number, exit: ChildExit, livedMs: number, next: string) => void
  /** Deaths follow each other too fast. */
  readonly onTrouble: () => void
  /** All are to end: somebody asked for it (null), or the work is over with this exit code. */
  readonly onOver: (code: number | null) => void
  readonly onRestartWish: (pid: number, reason: string) => void
}

const overPatienceMs = 15_000

export class Post {
  readonly role: ChildRole
  /** Resolves when its child works for the first time. */
  readonly firstReady: Promise<void>
  child: Child | null = null
  deaths: Deaths
  readonly #deps: PostDeps
  #tellReady = () => {}
  #worked = false
  #retired = false
  #mark: number | null = null
  #nonce = 0
  readonly #pongs = new Map<number, (health: Health) => void>()
  readonly #nap = new AbortController()

  constructor(deps: PostDeps) {
    this.#deps = deps
    this.role = deps.role
    this.deaths = noDeaths(deps.clock.monotonicMs())
    this.firstReady = new Promise((resolve) => {
      this.#tellReady = resolve
    })
  }

  start(why = 'wanted'): void {
    const { children, clock } = this.#deps
    const startedMs = clock.monotonicMs()
    const one = children.start(this.role, { again: this.#worked, mark: this.#mark })
    this.child = one
    let isOver = false
    one.onSay((say) => {
      if (this.child !== one) return
      if (say.say === 'over') isOver = true
      this.#heed(one, say, why)
    })
    void one.exited.then((exit) => this.#fell(one, exit, clock.monotonicMs() - startedMs, isOver))
  }

  /** The child's own word on how it is; null when it has not answered within `withinMs`. */
  async ping(withinMs: number): Promise<Health | null> {
    this.#nonce += 1
    const nonce = this.#nonce
    const answered = new Promise<Health>((resolve) => this.#pongs.set(nonce, resolve))
    this.child?.send({ ask: 'ping', nonce })
    const patience = new AbortController()
    const late = this.#deps.clock.sleep(withinMs, patience.signal).then(() => null)
    const health = await Promise.race([answered, late])
    patience.abort()
    this.#pongs.delete(nonce)
    return health
  }

  /** Stops the child until that is proven; another one follows. Answers what was sent. */
  async renew(graceMs: number): Promise<readonly string[]> {
    return (await this.child?.end(graceMs)) ?? []
  }

  /** Asks the child to end, ends it after `patienceMs`, and starts none any more. */
  async end(patienceMs: number, graceMs: number): Promise<void> {
    this.#retired = true
    this.#nap.abort()
    const one = this.child
    if (one === null) return
    one.send({ ask: 'stop' })
    const patience = new AbortController()
    const isGone = await Promise.race([
      one.exited.then(() => true),
      this.#deps.clock.sleep(patienceMs, patience.signal).then(() => false),
    ])
    patience.abort()
    if (!isGone) await one.end(graceMs)
  }

  #heed(one: Child, say: Say, why: string): void {
    switch (say.say) {
      case 'ready':
        this.#tellReady()
        this.#worked = true
        this.#mark ??= say.mark ?? null
        this.#deps.onStarted(one.pid, why)
        return
      case 'pong':
        this.#pongs.get(say.nonce)?.(say.health)
        return
      case 'restart':
        this.#deps.onRestartWish(say.pid, say.reason)
        return
      case 'stop':
        this.#deps.onOver(null)
        return
      case 'over':
        // Its work is told; a process that then does not end has nothing to lose.
        void this.#deps.clock.sleep(overPatienceMs, this.#nap.signal).then(() => {
          if (this.child === one) void one.end(0)
        })
    }
  }

  #fell(one: Child, exit: ChildExit, livedMs: number, isOver: boolean): void {
    const { clock, onEnded, onOver, onTrouble, waitsMs, firstMustWork } = this.#deps
    this.child = null
    if (this.#retired) return
    if (isOver || (firstMustWork && !this.#worked)) {
      this.#retired = true
      onOver(exit.code ?? 1)
      return
    }
    const after = afterDeath(this.deaths, clock.monotonicMs(), livedMs, waitsMs())
    this.deaths = after.deaths
    const next =
      after.waitMs === 0 ? 'started again at once' : `started again in ${after.waitMs / 1_000} s`
    onEnded(one.pid, exit, livedMs, next)
    if (after.isTrouble) onTrouble()
    void clock.sleep(after.waitMs, this.#nap.signal).then(() => {
      if (!this.#retired)
        this.start(`the one before ended with ${exit.signal ?? `exit ${exit.code}`}`)
    })
  }
}
