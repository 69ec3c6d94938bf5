// What people look for: holds of a kind page by page, what each agent spent, and how much a session has added.

import type { Hold, HoldKind } from '../../../model/hold.ts'

/** Where a page of holds ended. */
export interface HoldCursor {
  readonly since: number
  readonly id: number
}

/** A live hold with the title of its task. */
export interface TitledHold {
  readonly hold: Hold
  readonly title: string
}

/** What an agent's attempts of a span consumed, as far as their clients told. */
export interface AgentSpend {
  readonly agent: string
  readonly attempts: number
  readonly usd: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface FindingVerbs {
  /** Live holds of a kind, the oldest first: those that need a person, or the others. */
  liveHolds(input: {
    kind: HoldKind
    needsPerson: boolean
    after: HoldCursor | null
    limit: number
  }): Promise<readonly TitledHold[]>
  /** What attempts that were claimed in [since, until) consumed, by agent. Costs what the span holds. */
  spentByAgent(input: { since: number; until: number }): Promise<readonly AgentSpend[]>
  /** How many tasks an attempt has added, whatever became of them. */
  addedBy(attemptId: number): Promise<number>
}
