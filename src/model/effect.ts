// An effect: one thing done to the outside world, once, by key. The key is made of what the effect is (this report, this
// invoice), never of who asks for it. What could not be recorded is `uncertain`, and is asked about before anything is
// done again (S4: one report, five dispatches, three mails).

/**
 * A process that makes an effect, told from a later bearer of its pid. A pid means something only within its namespace:
 * a session in a container counts its own.
 */
export interface HolderProcess {
  readonly host: string
  readonly bootId: string
  readonly pidSpace: string
  readonly pid: number
  /** Start time of the pid in clock ticks since boot, as the kernel tells it. */
  readonly startTicks: string
}

/** Who has reserved an effect: an attempt, a process, or a process of an attempt. */
export interface EffectHolder {
  readonly attemptId: number | null
  /** Null for an attempt that reserves in one call and commits in another: then it lasts as long as the attempt. */
  readonly process: HolderProcess | null
}

/** A command that answers whether an effect happened: exit 0 is yes, 1 is no, anything else is no answer. */
export interface EffectCheck {
  readonly command: string
  readonly cwd: string
}

/** What an effect gave, for whoever asks for it again. Texts are bounded. */
export interface EffectResult {
  readonly output: string
  readonly errors: string
  /** Whether the output is longer than what is kept of it. */
  readonly truncated: boolean
  /** What the outside said: an exit code, a message id, an HTTP status. */
  readonly receipt: string
}

interface EffectCommon {
  readonly id: number
  readonly key: string
  readonly kind: string
  /** SHA-256 over the canonical form of its parameters. */
  readonly paramsHash: string
  /** The parameters, as far as they are needed to ask about it, or to show it to a person. */
  readonly params: EffectParams
  readonly check: EffectCheck | null
  /** Counts reservations, and is the fence: a holder of an earlier one writes nothing. */
  readonly epoch: number
  readonly holder: EffectHolder
  readonly taskId: number | null
  readonly reservedAt: number
  /** How long its holder may take; whatever of it still runs then is ended. */
  readonly until: number
  readonly createdAt: number
}

export interface ReservedEffect extends EffectCommon {
  readonly state: 'reserved'
}
export interface PerformedEffect extends EffectCommon {
  readonly state: 'performed'
  readonly settledAt: number
  readonly by: string
  readonly result: EffectResult
}
export interface FailedEffect extends EffectCommon {
  readonly state: 'failed'
  readonly settledAt: number
  readonly by: string
  /** Why nothing reached the world. */
  readonly reason: string
}
export interface UncertainEffect extends EffectCommon {
  readonly state: 'uncertain'
  readonly since: number
  readonly reason: string
  /** When it is asked about next; null when only a person can answer. */
  readonly askAt: number | null
  /** How often it was asked about without an answer. */
  readonly asked: number
}

export type Effect = ReservedEffect | PerformedEffect | FailedEffect | UncertainEffect
export type EffectParams = Readonly<Record<string, unknown>>

/** The key of the incident that asks a person about an uncertain effect. */
export const incidentOfEffect = (key: string): string => `effect:${key}`

/**
 * What Midwatch itself says has keys of this kind. A doubt about a message is no incident, or telling of it would be
 * another message (incident 13: recovery items breed).
 */
export const ownKeyPrefix = 'midwatch:'
export const isOwn = (key: string): boolean => key.startsWith(ownKeyPrefix)

/** Keys stand in tables, file names and headers: 1 to 200 printable characters without spaces. */
export const effectKeyPattern = /^[!-~]{1,200}$/

const dayMs = 24 * 3_600_000

/** What the report by the clock is kept as: it may go by ways of several kinds. */
export const reportKind = 'report'

/** For at least so long a performed effect is remembered, whatever is configured: shorter than any retry that is known. */
export const retentionFloorsMs: Readonly<Record<string, number>> = {
  command: 30 * dayMs,
  mail: 30 * dayMs,
  webhook: 7 * dayMs,
  slack: 7 * dayMs,
  ntfy: 2 * dayMs,
  [reportKind]: 7 * dayMs,
}
export const retentionFloorMs = (kind: string): number => retentionFloorsMs[kind] ?? 30 * dayMs
export const defaultRetentionMs = 90 * dayMs
