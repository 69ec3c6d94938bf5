// What the reconciler acts on in vain, as all dispatchers of the fleet know it.

/** One subject that a law finds broken again although it was acted on. */
export interface Trouble {
  readonly law: string
  readonly subject: string
  /** How often it was acted on since it was last found sound. */
  readonly acts: number
  /** When it may be acted on again. */
  readonly nextAt: number
  /** Whether a person was told. */
  readonly told: boolean
}

export interface TroubleChanges {
  readonly kept: readonly Trouble[]
  /** Found sound: forgotten. */
  readonly over: readonly Pick<Trouble, 'law' | 'subject'>[]
}

export interface TroubleVerbs {
  /** All of them: what is in trouble is little. */
  troubles(): Promise<readonly Trouble[]>
  /** Keeps what changed. Of two dispatchers that tell of one subject, the one that saw more acts is believed. */
  keepTroubles(changes: TroubleChanges): Promise<void>
}
