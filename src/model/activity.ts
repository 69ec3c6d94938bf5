// What happened within a span of time, counted: tasks that came and went, attempts, and what they cost.

export interface Activity {
  readonly since: number
  /** Firings of all mechanisms, to the hour. */
  readonly fired: number
  readonly enqueued: number
  /** Attempts that were claimed. */
  readonly claimed: number
  /** Of those, how many were proven to run. */
  readonly confirmed: number
  /** Of those claimed, how many have ended. */
  readonly ended: number
  readonly done: number
  /** Of the done, how many nothing speaks for but the word of their agent. */
  readonly unverified: number
  readonly failed: number
  readonly cancelled: number
  /** Endings of sessions behind which a provider stands. */
  readonly clientEnded: number
  readonly tokens: number
  readonly costUsd: number
  /** What endings cost that settled nothing. */
  readonly wastedUsd: number
}

/** How many holds of a kind are live, and since when the oldest of them is. */
export interface WaitingKind {
  readonly kind: string
  readonly count: number
  readonly oldestAt: number
}
