// Parts of a work order that are told besides what is wanted.

/** Something the order tells besides what is wanted. */
export interface OrderNote {
  readonly heading: string
  readonly lines: readonly string[]
}

/** A session of the client that was cut off and is gone on with. */
export interface ResumedSession {
  /** The client's own id of it. */
  readonly session: string
  /** Absolute folder of the attempt in which it began, for clients that keep their sessions there. */
  readonly attemptDir: string
}
