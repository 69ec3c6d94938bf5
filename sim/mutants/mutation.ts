// What a mutation is: a guard of the house taken out, and the test that must notice.

export interface Edit {
  readonly file: string
  /** Stands in the file exactly once. */
  readonly text: string
  readonly becomes: string
}

/**
 * A test by its file and a part of its title, or simulated worlds by the options of the first and the law that must break in one
 * of them: its seed and those that follow it (`worldsFrom`).
 */
export type Catcher =
  | { readonly test: string; readonly title: string }
  | { readonly sim: readonly string[]; readonly law: string }

export interface Mutation {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly caughtBy: Catcher
  /** The incident of the immunity list that this guard keeps from coming back. */
  readonly incident?: string
}

/** A guard that keeps an incident from coming back, taken out, and the scenario that misses it. */
export interface Guarded {
  /** `S0` to `S4`, or its number. */
  readonly incident: string
  /** The name of another mutation, or what is taken out and how. */
  readonly without: string | { readonly guard: string; readonly edits: readonly Edit[] }
  /** The file of the scenario below `test`, without its ending, and a part of its title. */
  readonly scenario: string
  readonly title: string
}
