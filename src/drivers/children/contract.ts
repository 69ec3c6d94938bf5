// What a supervisor and its children promise each other: a child is started, says what it has to say over a channel, and
// is gone only when that is proven. A child whose supervisor is gone ends by itself.

export type ChildRole = 'daemon' | 'sentinel'

/** What a child says. */
export type Say =
  /** It works. `mark` is what a later life of it is told to go on from. */
  | { readonly say: 'ready'; readonly mark?: number }
  /** It came round. */
  | { readonly say: 'beat' }
  /** Somebody asked it to end: all are to end. */
  | { readonly say: 'stop' }
  /** It has done what it was for, and ends; so do the others. */
  | { readonly say: 'over' }
  /** It wants another child restarted and cannot write that down. */
  | { readonly say: 'restart'; readonly pid: number; readonly reason: string }
  | { readonly say: 'pong'; readonly nonce: number; readonly health: Health }

/** What a supervisor asks of a child. */
export type Ask = { readonly ask: 'stop' } | { readonly ask: 'ping'; readonly nonce: number }

/** A child's own word on how it is. */
export interface Health {
  /** How long each loop is silent, in ms. */
  readonly silent: Readonly<Record<string, number>>
  /** How long it has been waiting for the store, in ms. */
  readonly storeWaitMs: number
}

export interface ChildExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface Child {
  readonly pid: number
  /** Resolves when it is gone; a child that could not be started is gone with code 1. */
  readonly exited: Promise<ChildExit>
  send(ask: Ask): void
  onSay(listener: (say: Say) => void): void
  /** SIGTERM, `graceMs`, SIGKILL; resolves once it is proven gone, with what was sent. */
  end(graceMs: number): Promise<readonly string[]>
}

/** Starts children. `mark` is null for a first life, else what the earlier life marked. */
export interface Children {
  start(role: ChildRole, life: { readonly again: boolean; readonly mark: number | null }): Child
}

/** The other end of the channel, in the child. */
export interface ParentLink {
  readonly role: ChildRole
  readonly pid: number
  /** Whether an earlier life of it came to work. */
  readonly again: boolean
  readonly mark: number | null
  say(say: Say): void
  onAsk(listener: (ask: Ask) => void): void
}
