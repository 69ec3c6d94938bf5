// What gives the room of deleted rows back to the disk promises.

export interface Compactor {
  /**
   * Gives back a little of what is free inside the database, where much of it is. Takes milliseconds, and nothing while others
   * write. Answers how many bytes went, and how many could still go.
   */
  step(): { readonly freed: number; readonly left: number }
}
