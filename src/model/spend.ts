// What was consumed, added up by what people ask for.

export const spendBys = ['agent', 'account', 'label', 'task', 'all'] as const
export type SpendBy = (typeof spendBys)[number]

/** One sum. A client that tells no tokens adds nothing but its attempt. */
export interface SpendLine {
  /** Of the agent, account or label; the number of the task; `all`. */
  readonly name: string
  readonly attempts: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** The part of the cost that went into attempts which ended without success. */
  readonly wastedUsd: number
}
