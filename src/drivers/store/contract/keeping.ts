// What keeps a store small.

export interface KeepingVerbs {
  /**
   * Deletes settled tasks (with attempts, holds and facts) older than `before`, at most `limit`; keeps `ever` keys and
   * every row that an unsettled task refers to. The only way to delete.
   */
  prune(input: { before: number; limit: number; now: number }): Promise<{ tasks: number }>
}
