// A migration: one forward step of the schema, applied whole or not at all, in both dialects. Never edited once landed.

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sqlite: readonly string[]
  readonly postgres: readonly string[]
}
