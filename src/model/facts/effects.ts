// What happens to effects.

/** `kindOf` is the kind of effect: mail, webhook, command. */
export type EffectFact =
  | { kind: 'effect.reserved'; key: string; kindOf: string; epoch: number; by: string }
  | { kind: 'effect.performed'; key: string; receipt: string; by: string }
  | { kind: 'effect.failed'; key: string; reason: string; by: string }
  | { kind: 'effect.uncertain'; key: string; reason: string }
  /** It was asked whether it happened, without an answer. */
  | { kind: 'effect.asked'; key: string; why: string; askAt: number | null }
  /** Somebody wanted it again and was given what it gave the first time. */
  | { kind: 'effect.repeated'; key: string; by: string }
