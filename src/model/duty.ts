// Duties: what only one host of a fleet does at a time. Who has one is a row with a term that only grows; a write that is
// done by duty names its term, and one of an older term is refused. Pure.

/** Every duty there is. A new one is a word here. */
export const dutyNames = [
  'budget',
  'prune',
  'reconcile',
  'reports',
  'schedules',
  'sensors',
] as const
export type DutyName = (typeof dutyNames)[number]

/** The right to do a duty: good for writes as long as no newer term began. */
export interface DutyTerm {
  readonly duty: DutyName
  readonly term: number
}

/** A duty as its row says. */
export interface Duty extends DutyTerm {
  readonly host: string
  readonly pid: number
  readonly since: number
  /** The moment it was laid down, or will be over unless it is renewed. */
  readonly until: number
}

/** How long a duty is held at least without being renewed: after that another host takes it. */
const leastTtlMs = 45_000
/** Renewed so often within that time. */
export const renewals = 3

/** How long a duty is held without being renewed where the store is looked at every `pollMs`. */
export const dutyTtlMs = (pollMs: number): number => Math.max(leastTtlMs, renewals * pollMs)

/** Whether `host` may take or keep it: it is free or over, or it is the host's own. */
export const isOpenTo = (duty: Duty | undefined, host: string, now: number): boolean =>
  duty === undefined || duty.host === host || duty.until <= now
