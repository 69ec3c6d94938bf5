// Every time limit in one table, and the law that relates them. ARCHITECTURE §7: a contradictory set is refused at
// startup, and the sentence names the two numbers that disagree.

export interface Limits {
  /** How long one attempt may run, unless its task says otherwise. */
  readonly attemptMs: number
  /** From SIGTERM to SIGKILL. Measured clients need up to 1.5 s to stop their tools. */
  readonly stopGraceMs: number
  /** How long a launch may stay unproven. */
  readonly confirmMs: number
  /** How long a claim is good without renewal. */
  readonly leaseMs: number
  /** How long after the lease's end a loss may first be recorded. */
  readonly leaseGraceMs: number
  /** How long a task's check may run. */
  readonly checkMs: number
  /** How long a client's session may stand still: no output, no report, no CPU. */
  readonly silenceMs: number
  /** The same until its model's first word. */
  readonly firstWordMs: number
  /** How long a session may idle after its last word before it is ended. */
  readonly lingerMs: number
  /** Longest time between two looks at the store, whatever wakes. */
  readonly pollMs: number
}

export const defaultLimits: Limits = {
  attemptMs: 2 * 3_600_000,
  stopGraceMs: 10_000,
  confirmMs: 30_000,
  leaseMs: 60_000,
  leaseGraceMs: 30_000,
  checkMs: 15 * 60_000,
  silenceMs: 30 * 60_000,
  firstWordMs: 10 * 60_000,
  lingerMs: 2 * 60_000,
  pollMs: 1_000,
}

/** How often a loop looks that wants to look every `leastMs`: who polls slowly wants no loop to look oftener. */
export const paceMs = (leastMs: number, { pollMs }: Pick<Limits, 'pollMs'>): number =>
  Math.max(leastMs, pollMs)

interface LimitLaw {
  readonly broken: (l: Limits) => boolean
  readonly sentence: (l: Limits) => string
}

const laws: readonly LimitLaw[] = [
  {
    broken: (l) => l.silenceMs >= l.attemptMs || l.firstWordMs >= l.attemptMs,
    sentence: (l) =>
      `silence (${l.silenceMs} ms) and firstWord (${l.firstWordMs} ms) must be shorter than attempt (${l.attemptMs} ms): else they never act`,
  },
  {
    broken: (l) => {
      const most = l.attemptMs / 2
      return l.silenceMs < Math.min(120_000, most) || l.firstWordMs < Math.min(60_000, most)
    },
    sentence: (l) =>
      `silence (${l.silenceMs} ms) must be at least 120000 ms and firstWord (${l.firstWordMs} ms) 60000 ms: clients retry and think that long`,
  },
  {
    broken: (l) => l.stopGraceMs < 5_000,
    sentence: (l) =>
      `stopGrace is ${l.stopGraceMs} ms but must be at least 5000 ms: clients need it to stop their tools`,
  },
  {
    broken: (l) => l.confirmMs >= l.leaseMs,
    sentence: (l) =>
      `confirm (${l.confirmMs} ms) must be shorter than lease (${l.leaseMs} ms): a start must be proven while the claim is good`,
  },
  {
    broken: (l) => l.pollMs * 3 > l.leaseMs,
    sentence: (l) =>
      `poll (${l.pollMs} ms) must be at most a third of lease (${l.leaseMs} ms): leases are renewed at that pace`,
  },
  {
    broken: (l) => l.attemptMs <= l.confirmMs,
    sentence: (l) => `attempt (${l.attemptMs} ms) must be longer than confirm (${l.confirmMs} ms)`,
  },
]

/** The sentences of every law that this set breaks; empty when it is sound. */
export const contradictions = (limits: Limits): string[] =>
  laws.filter((law) => law.broken(limits)).map((law) => law.sentence(limits))
