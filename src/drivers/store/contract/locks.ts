// Locks and work keys, for agents and scripts as well as for the claim.

import type { LockHolder, LockState, WorkKey, WorkState } from '../../../model/lock.ts'
import type { Fenced } from '../../../model/refusal.ts'

export interface LockVerbs {
  /** Takes a free lock, or one whose time is over, under a new epoch. Its own holder is never refused: it renews. */
  acquireLock(
    input: LockHolder & { name: string; until: number; now: number },
  ): Promise<Fenced<{ lock: LockState }>>
  /**
   * Refused as `lock.lost` when the epoch is not the newest any more, and as `lock.not_yours` to the attempt `session` that
   * does not hold it, whatever epoch it names. Without `session` it is a person or a script, whom the epoch alone tells apart.
   */
  renewLock(input: {
    name: string
    epoch: number
    session?: number | undefined
    until: number
    now: number
  }): Promise<Fenced<{ lock: LockState }>>
  /**
   * Frees it. `epoch` null is a person's word, whoever holds it; `session` as in renewLock. Releasing what is free is no
   * error.
   */
  releaseLock(input: {
    name: string
    epoch: number | null
    session?: number | undefined
    by: string
    now: number
  }): Promise<Fenced<{ released: boolean }>>
  /** Locks that somebody holds, by name, from after a name on; or one, free or not. */
  locks(filter: { name?: string; after?: string; limit: number }): Promise<readonly LockState[]>

  /** Claims a piece of work. Its own holder, and a newer attempt of the same task, are never refused. */
  claimWork(
    input: LockHolder & {
      key: string
      taskId: number | null
      until: number
      now: number
    },
  ): Promise<Fenced<{ work: WorkKey }>>
  /** claimed → completed, until `until` (null: for good). */
  completeWork(input: {
    key: string
    holder: string
    note: string
    until: number | null
    now: number
  }): Promise<Fenced<{ work: WorkKey }>>
  /** Gives a claim up: the key is free again. */
  abandonWork(input: { key: string; holder: string; now: number }): Promise<Fenced>
  /** A person's word: whatever the key was, it is free. */
  forgetWork(input: { key: string; by: string; now: number }): Promise<Fenced<{ was: string }>>
  /** Work that is claimed or completed, by key, from after a key on; or one. */
  workKeys(filter: {
    key?: string
    state?: WorkState
    after?: string
    limit: number
  }): Promise<readonly WorkKey[]>

  /** Frees locks and keys that are over, whose attempt has ended, or that nobody could ever release. */
  sweepLocks(input: { now: number; limit: number }): Promise<{ freed: number }>
}
