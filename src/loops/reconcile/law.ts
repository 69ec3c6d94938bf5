// What a rule and an invariant are. A rule finds what breaks its law and knows the repair; an invariant only accuses, and
// names whoever repairs. Both look at the world as it is: whatever told of it, and however often they are asked.

import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { BrokenRow } from '../../drivers/store/contract/reconcile.ts'
import type { LaunchProof } from '../../model/attempt.ts'
import type { Demand } from '../../model/demand.ts'
import type { DutyTerm } from '../../model/duty.ts'
import type { Limits } from '../../model/limits.ts'
import type { RowTable } from '../../model/row-law.ts'
import type { Standing } from './standing.ts'

/** What one pass looks at. */
export interface Look {
  readonly store: Store
  readonly clock: Clock
  /** Wall time of the pass. */
  readonly now: number
  /** Those of the rows of the pass that break a law: what changed, the slice that is due, and what is in trouble. */
  readonly broken: () => Promise<readonly BrokenRow[]>
  readonly limits: Limits
  /** What every configured agent lacks to serve a demand; null when one serves it. Absent while that is not sure. */
  readonly lacking?: (demand: Demand) => string | null
  /** What attempts left on this host; absent in passes of the loop, which looks at the store alone. */
  readonly remains?: Remains
  /** Who repairs, for the facts: the dispatcher's reconciler, or a person's `midwatch sweep`. */
  readonly by: string
  /** What this process saw in its earlier passes; absent in a single look. */
  readonly standing?: Standing
  /** The duty under which the loop repairs; absent for a person's sweep. */
  readonly duty?: DutyTerm
}

/** What lies on this host besides the store. */
export interface Remains {
  readonly host: string
  /** A living dispatcher follows its attempts itself. */
  readonly daemonLives: boolean
  readonly alive: (proof: LaunchProof) => Promise<boolean>
  /** The attempts that have a folder here. */
  readonly folders: () => readonly number[]
  readonly dropFolder: (attemptId: number) => Promise<void>
  readonly worktrees: () => Promise<
    readonly {
      readonly taskId: number
      readonly path: string
      /** Whether nothing would be lost with it, and nobody needs it. */
      readonly mayGo: () => Promise<boolean>
      /** Answers whether it went. */
      readonly remove: () => Promise<boolean>
    }[]
  >
}

export interface Finding {
  /** Names what is broken, the same at every pass: `task 42`, `agent:claude`. */
  readonly subject: string
  /** What is wrong with it, as a sentence without its subject. */
  readonly what: string
  /** Repairs it; says what was done, or null when there was nothing to do any more. */
  readonly mend: () => Promise<string | null>
}

export interface Rule {
  readonly name: string
  /** What is always true, as a sentence. */
  readonly law: string
  /** The table whose rows it looks at; absent for what is not about rows. */
  readonly rows?: RowTable
  readonly find: (look: Look) => Promise<readonly Finding[]>
}

export interface Accusation {
  readonly subject: string
  readonly what: string
}

export interface Invariant {
  readonly name: string
  readonly law: string
  /** Who repairs it: a rule, a loop, or a person with a command. */
  readonly repair: string
  readonly accuse: (look: Look) => Promise<readonly Accusation[]>
}
