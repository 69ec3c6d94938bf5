// What is known of the processes of a host from outside: the pulses of their loops, and the restarts that were asked for.

/** The processes of one host. The supervisor starts and stops the other two. */
export type Role = 'supervisor' | 'daemon' | 'sentinel'

/** The newest pulse of one loop of one process. */
export interface Pulse {
  readonly host: string
  readonly role: Role
  readonly loop: string
  readonly pid: number
  /** Counts the rounds of this loop within its process. */
  readonly beat: number
  /** How often the loop means to come round, in ms. */
  readonly everyMs: number
  /** Wall time at which it was written. It dates; how long a loop is silent is measured by who watches it. */
  readonly at: number
}

/** A wish that a process be started anew, with the evidence for it. */
export interface RestartRequest {
  readonly id: number
  readonly host: string
  readonly role: Role
  /** The process that is meant; another one has been started already when it is not that one. */
  readonly pid: number
  readonly reason: string
  readonly evidence: readonly string[]
  readonly askedAt: number
}
