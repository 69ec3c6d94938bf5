// What a session's pulse tells.

/** Nothing of it has moved for half of the time after which it is stopped. */
export type PulseFact = { kind: 'attempt.quiet'; evidence: string }
