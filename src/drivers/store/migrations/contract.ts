// A migration: one forward step of the schema, applied whole or not at all, in both dialects. Never edited once landed.

export interface Migration {
  readonly id: number
  readonly name: string
  /**
   * The oldest step up to which a running Midwatch may know the schema and go on beside newer ones after this step. Left
   * out: none may, for it takes something away or gives it another meaning.
   */
  readonly worksWith?: number
  readonly sqlite: readonly string[]
  readonly postgres: readonly string[]
}
