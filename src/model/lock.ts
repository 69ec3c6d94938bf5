// Locks and work keys: two different things (S0). A lock keeps others out, under an epoch: acquired, renewed, released; no
// call completes it. A work key is a piece of work to be done once: claimed, completed or given up; once completed it
// stays so until it is forgotten or its time is over.

/** Who holds it. An attempt's hold ends with the attempt at the latest; any other with its time. */
export interface LockHolder {
  /** Whoever asks again under the same name is the same holder. */
  readonly holder: string
  readonly attemptId: number | null
}

export interface LockState extends LockHolder {
  readonly name: string
  /** Grows with every holder: a write that names an older one comes from somebody who lost it. */
  readonly epoch: number
  readonly since: number
  /** Null while an attempt holds it for as long as it runs. */
  readonly until: number | null
  /** Whoever takes it next finds it free. */
  readonly free: boolean
}

export const workStates = ['claimed', 'completed'] as const
export type WorkState = (typeof workStates)[number]

export interface WorkKey extends LockHolder {
  readonly key: string
  readonly state: WorkState
  readonly epoch: number
  readonly taskId: number | null
  readonly since: number
  /** When the claim, or the completed key, is over; null for never. */
  readonly until: number | null
  readonly note: string
}

/** Names of locks and work keys: short, plain, without spaces at their ends. */
export const isLockName = (name: string): boolean =>
  name.length <= 200 && /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u.test(name)
