// Calm windows: one policy says when a machine is calm enough for tasks that would disturb. A window is judged on the host
// where the attempt would run; the judgement is good for a claim only while it is young (ARCHITECTURE §6).

/** When the clock allows it: from one minute of the day to another, on some days of the week. */
export interface ClockSpan {
  /** Minutes since midnight; `to` may be smaller than `from`, and then means the next day. */
  readonly from: number
  readonly to: number
  /** 0 is Sunday; the day on which the span begins. */
  readonly days: readonly number[]
}

export interface WindowPolicy {
  readonly name: string
  /** One of them is enough; none means at any time. */
  readonly clock: readonly ClockSpan[]
  readonly timezone: string | null
  /** Load average of a minute per core, at most. */
  readonly load: number | null
  /** Free memory as a part of all there is for us (a control group counts), at least. */
  readonly memory: number | null
  /** Other attempts on the host, at most. */
  readonly others: number | null
  /** Nobody logged in has typed for so long. */
  readonly idleMs: number | null
  /** Part of every known quota that is left, at least. */
  readonly headroom: number | null
  /** How long all of it must have been so. */
  readonly forMs: number
  readonly perWindow: number | null
  readonly perDay: number | null
  /** The starvation escape: how long a task may wait at most, and what then. Null for never. */
  readonly maxWaitMs: number | null
  readonly escape: 'ask' | 'run'
  /** Tasks with one of these labels are calm without saying so. */
  readonly labels: readonly string[]
  /** A window that had tasks waiting and took none for so long is told of. */
  readonly tellAfterMs: number
}

/** How long a judgement is good for a claim. */
export const judgementGoodMs = 30_000

/** What the machine feels like now; null where it cannot tell. */
export interface Senses {
  readonly loadPerCore: number | null
  readonly freeMemory: number | null
  /** How long nobody logged in has typed; Infinity where nobody is logged in. */
  readonly idleMs: number | null
}

/** A window on one host, as it was judged last. */
export interface WindowState {
  readonly name: string
  readonly host: string
  readonly judgedAt: number
  readonly calm: boolean
  /** Since when every condition holds; null while one does not. */
  readonly quietSince: number | null
  readonly openedAt: number | null
  /** Why not, as sentences; empty while calm. */
  readonly why: readonly string[]
  /** Tasks taken in this opening, or in the last one. */
  readonly taken: number
  /** The day, in the window's time zone, and what was taken in it. */
  readonly day: string
  readonly takenToday: number
  /** How busy each of the last hours was at its least, newest last. */
  readonly busy: readonly { readonly hour: number; readonly least: number }[]
  readonly lastOpenedAt: number | null
  readonly lastTakenAt: number | null
}

export interface Opening {
  readonly id: number
  readonly name: string
  readonly host: string
  readonly openedAt: number
  readonly closedAt: number | null
  readonly taken: number
  /** The first of the tasks it let through. */
  readonly tasks: readonly number[]
  readonly why: string
}

export const calmLane = (name: string, host: string): string => `calm:${name}@${host}`

/** The window a task is calm in: as it was wanted, or by the first policy that names one of its labels. */
export const windowFor = (
  policies: readonly Pick<WindowPolicy, 'name' | 'labels'>[],
  labels: readonly string[],
): string | null =>
  policies.find((policy) => policy.labels.some((one) => labels.includes(one)))?.name ?? null

/** What limits a claim through a window. */
export type WindowCaps = Pick<WindowPolicy, 'others' | 'perWindow' | 'perDay'> & {
  readonly day: string
}

/** Why a window lets nothing through now; null when it does. `others` are the attempts under way on its host. */
export function windowRefuses(
  state: WindowState | undefined,
  caps: WindowCaps,
  others: number,
  now: number,
): string | null {
  if (state === undefined) return 'it was never judged on this host'
  if (now - state.judgedAt >= judgementGoodMs) return 'its last judgement is too old'
  if (!state.calm) return state.why.join('; ') || 'it is not calm'
  if (caps.others !== null && others > caps.others)
    return `${others} attempts run here, at most ${caps.others} may`
  if (caps.perWindow !== null && state.taken >= caps.perWindow)
    return `this opening has let through its ${caps.perWindow}`
  const today = state.day === caps.day ? state.takenToday : 0
  if (caps.perDay !== null && today >= caps.perDay)
    return `today has let through its ${caps.perDay}`
  return null
}
