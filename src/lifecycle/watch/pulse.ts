// Judges whether a running session gets on. Liveness (its processes) and progress are two signals: progress is whatever
// it prints, says or reports, or the CPU that its processes use; only when all of that stands still for the whole limit is
// it stopped, and the evidence is named. A build that prints nothing for half an hour uses CPU, and is let alone
// (incident 28); a client that told its result and idles on is ended soon (incident 26). Pure; times are monotonic.

import { formatDuration } from '../../base/duration.ts'

export interface PulseLimits {
  /** How long all signs of progress may stand still; null: as long as the attempt may run. */
  readonly silenceMs: number | null
  /** The same before the model's first word; where it never comes the provider is to blame. */
  readonly firstWordMs: number | null
  /** How long it may idle after its last word. */
  readonly lingerMs: number
}

/** What one look saw. */
export interface Signs {
  readonly nowMs: number
  /** Bytes of its output so far. */
  readonly bytes: number
  /** Whether the model has spoken. */
  readonly spoke: boolean
  /** Whether it has had its last word: a result, or `midwatch done` or `fail`. */
  readonly finished: boolean
  /** When it last reported progress by itself; any number that changes with it. */
  readonly reported: number
  /** CPU of its processes, where this look asked for it. */
  readonly vitals: { readonly processes: number; readonly cpuMs: number | null } | null
}

export type Progress = 'start' | 'output' | 'report' | 'cpu' | 'processes'

/** What is remembered between looks. */
export interface Pulse {
  /** When something last moved, and what. */
  readonly movedMs: number
  readonly by: Progress
  readonly finishedMs: number | null
  readonly spoke: boolean
  readonly last: Signs
  /** The newest sample of CPU; null before the first, which a session has to fall silent for. */
  readonly sample: {
    readonly atMs: number
    readonly cpuMs: number
    readonly processes: number
  } | null
  /** CPU used per time between the two newest samples, as a share of one core; null before there are two. */
  readonly load: number | null
}

/** From this share of one core on a session is at work: an idle client's timers need a tenth of it. */
export const workingLoad = 0.01
/** Whoever moved this lately needs no look at its CPU; a short limit is looked at sooner. */
const sampleAfterMs = 30_000
const sampleEveryMs = 15_000

/** Folds one look into the pulse. */
export function feel(before: Pulse | null, signs: Signs): Pulse {
  const { nowMs, bytes, reported, finished, spoke } = signs
  if (before === null) {
    const finishedMs = finished ? nowMs : null
    return { movedMs: nowMs, by: 'start', finishedMs, spoke, last: signs, sample: null, load: null }
  }
  const sampled = foldSample(before, signs)
  const by: Progress | null =
    bytes !== before.last.bytes
      ? 'output'
      : reported !== before.last.reported
        ? 'report'
        : (sampled.moved ?? null)
  return {
    movedMs: by === null ? before.movedMs : nowMs,
    by: by ?? before.by,
    finishedMs: finished ? (before.finishedMs ?? nowMs) : null,
    spoke,
    last: signs,
    sample: sampled.sample,
    load: sampled.load,
  }
}

/** CPU that went down, or another number of processes, says that one of them ended or began: something moves. */
function foldSample(
  { sample, load }: Pulse,
  { nowMs, vitals }: Signs,
): Pick<Pulse, 'sample' | 'load'> & { moved?: Progress } {
  if (vitals === null || vitals.cpuMs === null) return { sample, load }
  const { cpuMs, processes } = vitals
  const next = { atMs: nowMs, cpuMs, processes }
  if (sample === null || nowMs <= sample.atMs) return { sample: next, load }
  const share = (cpuMs - sample.cpuMs) / (nowMs - sample.atMs)
  if (processes !== sample.processes || share < 0)
    return { sample: next, load: Math.max(0, share), moved: 'processes' }
  return { sample: next, load: share, ...(share >= workingLoad && { moved: 'cpu' as const }) }
}

/** Whether the next look should ask for CPU: it costs a look at all processes, so only of who is silent. */
export function wantsVitals(pulse: Pulse | null, nowMs: number, limits: PulseLimits): boolean {
  if (pulse === null) return false
  const limitMs = limitOf(pulse, limits)
  if (limitMs === null || nowMs - pulse.movedMs < Math.min(sampleAfterMs, limitMs / 4)) return false
  const everyMs = Math.min(sampleEveryMs, limitMs / 8)
  return pulse.sample === null || nowMs - pulse.sample.atMs >= everyMs
}

const limitOf = ({ finishedMs, spoke }: Pulse, limits: PulseLimits): number | null => {
  if (finishedMs !== null) return limits.lingerMs
  return spoke ? limits.silenceMs : (limits.firstWordMs ?? limits.silenceMs)
}

export type PulseVerdict =
  | { readonly tier: 'well' }
  /** Half of its limit has passed: a person who looks sees why it may be stopped. */
  | { readonly tier: 'warn'; readonly evidence: string }
  | { readonly tier: 'stop'; readonly cause: 'silence' | 'finished'; readonly evidence: string }

/** What follows from the pulse now. */
export function judgePulse(pulse: Pulse, limits: PulseLimits): PulseVerdict {
  const { nowMs } = pulse.last
  const stillMs = nowMs - pulse.movedMs
  if (pulse.finishedMs !== null) {
    const idleMs = nowMs - Math.max(pulse.finishedMs, pulse.movedMs)
    if (idleMs < restingLimitOf(pulse, limits)) return { tier: 'well' }
    const evidence = `it had its last word and did nothing more for ${formatDuration(idleMs)}; ${shown(pulse)}`
    return { tier: 'stop', cause: 'finished', evidence }
  }
  const limitMs = limitOf(pulse, limits)
  if (limitMs === null || stillMs < limitMs / 2) return { tier: 'well' }
  const waits = !pulse.spoke && limits.firstWordMs !== null
  const what = waits ? 'nothing moved and the model has not spoken' : 'nothing moved'
  const evidence = `${what} for ${formatDuration(stillMs)}, its limit is ${formatDuration(limitMs)}; ${shown(pulse)}`
  return stillMs < limitMs
    ? { tier: 'warn', evidence }
    : { tier: 'stop', cause: 'silence', evidence }
}

/**
 * How long who had the last word may do nothing more. That it does nothing is known only of a session whose CPU is seen; one
 * that prints nothing and cannot be looked at may be at work still, and has the time that anybody silent has.
 */
const restingLimitOf = ({ load }: Pulse, { lingerMs, silenceMs }: PulseLimits): number =>
  load === null ? Math.max(lingerMs, silenceMs ?? Number.POSITIVE_INFINITY) : lingerMs

function shown({ last, sample, load, by }: Pulse): string {
  const cpu =
    sample === null || load === null
      ? 'its CPU cannot be seen'
      : `${sample.processes} ${sample.processes === 1 ? 'process' : 'processes'} at ${(load * 100).toFixed(1)} % of a core`
  return `${last.bytes} bytes of output, ${cpu}, last moved by ${by}`
}
