// What a checker is: one law, judged while facts come in, and once more from the rows and the world's own truth at the end.

import type { Fact } from '../../src/model/fact.ts'
import type { Attempt } from '../../src/model/attempt.ts'
import type { Gate } from '../../src/model/gate.ts'
import type { Incident } from '../../src/model/incident.ts'
import type { Hold } from '../../src/model/hold.ts'
import type { Provenance } from '../../src/model/provenance.ts'
import type { Task } from '../../src/model/task.ts'
import type { ConfigFile } from '../config.ts'
import type { World } from '../world.ts'
import type { Journal } from './journal.ts'

/** The rows as they are at the end of a run. */
export interface Rows {
  readonly tasks: readonly Task[]
  readonly attempts: ReadonlyMap<number, readonly Attempt[]>
  readonly holds: ReadonlyMap<number, readonly Hold[]>
  readonly gates: readonly Gate[]
  readonly incidents: readonly Incident[]
  /** Dollars, by the ledger. */
  readonly spentUsd: number
  /** Where tasks come from that no person wanted. */
  readonly lines: ReadonlyMap<number, Provenance>
}

export interface Bench {
  readonly world: World
  readonly config: ConfigFile
  readonly journal: Journal
  /** Reports that the law is broken. */
  readonly accuse: (sentence: string, taskId?: number | null) => void
}

export interface Checker {
  readonly law: string
  /** The numbers of docs/invariants.md that it judges. */
  readonly invariants: readonly number[]
  /** Sees a fact before the journal takes it in. */
  readonly fact?: (bench: Bench, fact: Fact) => void
  /** Looks now and then while the world goes on. */
  readonly look?: (bench: Bench) => void | Promise<void>
  readonly end?: (bench: Bench, rows: Rows) => void
}
