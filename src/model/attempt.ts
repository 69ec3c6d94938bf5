// An attempt: one try at one task by one agent on one host. Its id only grows and is the fence.

import type { Release } from './hold.ts'
import type { Verdict } from './failure.ts'
import type { AttemptState } from './transitions.ts'

/** What proves which process an attempt is, across restarts and reused pids. */
export interface LaunchProof {
  readonly launcher: string
  readonly pid: number | null
  /** Start time of the pid in clock ticks since boot, as the kernel tells it. */
  readonly startTicks: string | null
  readonly bootId: string
}

/** The agent's own word about its task. It settles a task without a check; else it is a fact. */
export interface Word {
  readonly word: 'done' | 'fail'
  readonly text: string
  readonly at: number
}

export interface Attempt {
  readonly id: number
  readonly taskId: number
  readonly state: AttemptState
  readonly agent: string
  readonly host: string
  readonly nonce: string
  readonly lanes: readonly string[]
  readonly leaseUntil: number
  readonly claimedAt: number
  readonly launchedAt: number | null
  readonly confirmedAt: number | null
  readonly endedAt: number | null
  readonly launch: LaunchProof | null
  readonly said: Word | null
  /** What it asks a person; its task waits for the answer once it has ended. */
  readonly asked?: string
  /** What its session wants its task to wait for, once it has ended. */
  readonly waitsFor?: Release
  readonly verdict: Verdict | null
  readonly usage: Usage | null
  /** Somebody wants the session stopped: why, and by whom. */
  readonly stop: { readonly reason: string; readonly by: string } | null
  readonly progress: { readonly text: string; readonly at: number } | null
}

/** What a session consumed, as far as the client tells. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number | null
  readonly turns: number
  /** The client's own session id, for resuming. */
  readonly sessionId: string | null
}
