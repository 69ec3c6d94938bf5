// Judges silence: which loops have stood still for how long, green, yellow or red. Pure; its memory is handed in and out.
// Silence is measured by the watcher's own monotonic clock since a beat last changed, so that no step of a wall clock makes
// a loop look dead; and a watcher that itself slept forgets what it saw, so that for one period it judges nobody.

import type { Pulse } from '../../model/pulse.ts'

export type Colour = 'green' | 'yellow' | 'red'

/** One loop as it was seen. */
interface Seen {
  readonly beat: number
  readonly pid: number
  readonly sinceMs: number
  readonly colour: Colour
  /** The colour that the newest looks speak for, and how many of them do. */
  readonly next: Colour
  readonly looks: number
  /** Whether this watcher saw it come round. */
  readonly moved: boolean
}

export interface SilenceMemory {
  readonly lookedMs: number | null
  readonly seen: ReadonlyMap<string, Seen>
}

export const nothingSeen: SilenceMemory = { lookedMs: null, seen: new Map() }

export interface Silence {
  readonly pulse: Pulse
  readonly silentMs: number
  readonly colour: Colour
  /**
   * Whether this watcher has seen it come round: who has only begun to look calls everything green, and knows nothing yet. Of a
   * loop that comes round more rarely than patience lasts that is not asked.
   */
  readonly cameRound: boolean
}

export interface SilenceRules {
  /** After this silence a loop is red, after half of it yellow; a loop that comes round rarely has three rounds. */
  readonly patienceMs: number
  /** How often the watcher looks. A gap of three such periods means that it slept. */
  readonly everyMs: number
}

/** A colour counts once two looks in a row agree. */
const agreeing = 2
const roundsAllowed = 3

/** Judges what is seen at `nowMs`. `sleptMs` is how long the watcher itself was away, 0 when it was not. */
export function judgeSilence(
  memory: SilenceMemory,
  pulses: readonly Pulse[],
  nowMs: number,
  rules: SilenceRules,
): { memory: SilenceMemory; silences: readonly Silence[]; sleptMs: number } {
  const gapMs = memory.lookedMs === null ? 0 : nowMs - memory.lookedMs
  const sleptMs = gapMs > rules.everyMs * 3 ? gapMs : 0
  const before = sleptMs > 0 ? new Map<string, Seen>() : memory.seen
  const seen = new Map<string, Seen>()
  const silences = pulses.map((pulse) => {
    const key = `${pulse.host} ${pulse.role} ${pulse.loop}`
    const one = lookAt(before.get(key), pulse, nowMs, rules)
    seen.set(key, one)
    const isRare = pulse.everyMs * roundsAllowed > rules.patienceMs
    const cameRound = one.moved || isRare
    return { pulse, silentMs: nowMs - one.sinceMs, colour: one.colour, cameRound }
  })
  return { memory: { lookedMs: nowMs, seen }, silences, sleptMs }
}

function lookAt(last: Seen | undefined, pulse: Pulse, nowMs: number, rules: SilenceRules): Seen {
  const { beat, pid } = pulse
  const moves = last !== undefined && (last.beat !== beat || last.pid !== pid)
  const sinceMs = last === undefined || moves ? nowMs : last.sinceMs
  const moved = moves || last?.moved === true
  const next = colourOf(nowMs - sinceMs, Math.max(rules.patienceMs, pulse.everyMs * roundsAllowed))
  if (last === undefined || last.pid !== pid)
    return { beat, pid, sinceMs, colour: 'green', next, looks: 1, moved }
  const looks = last.next === next ? last.looks + 1 : 1
  const colour = looks >= agreeing ? next : last.colour
  return { beat, pid, sinceMs, colour, next, looks, moved }
}

const colourOf = (silentMs: number, patienceMs: number): Colour =>
  silentMs >= patienceMs ? 'red' : silentMs >= patienceMs / 2 ? 'yellow' : 'green'
