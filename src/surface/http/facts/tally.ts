// Counts facts by minute and kind: what was claimed, launched, confirmed and settled. A day of minutes, and totals since
// the API began to listen; labels are closed lists, so nothing here grows with the fleet.

import type { Fact, FactKind } from '../../../model/fact.ts'

export interface Moment {
  claimed: number
  launched: number
  confirmed: number
  settled: number
  failed: number
}

export interface Tally {
  add(fact: Fact): void
  /** Sums of each step of `stepMs` up to `until`, oldest first. */
  series(until: number, stepMs: number, points: number): readonly (Moment & { at: number })[]
  /** How often each kind was seen. */
  readonly kinds: ReadonlyMap<FactKind, number>
  /** Endings by class, settlements by outcome. */
  readonly endings: ReadonlyMap<string, number>
  readonly outcomes: ReadonlyMap<string, number>
}

const minuteMs = 60_000
const minutesMax = 1_441

export function createTally(): Tally {
  const minutes = new Map<number, Moment>()
  const kinds = new Map<FactKind, number>()
  const endings = new Map<string, number>()
  const outcomes = new Map<string, number>()
  return {
    kinds,
    endings,
    outcomes,
    add({ at, body }) {
      count(kinds, body.kind)
      if (body.kind === 'attempt.ended') count(endings, body.class)
      if (body.kind === 'task.settled') count(outcomes, body.outcome)
      const part = partOf(body)
      if (part === null) return
      const minute = Math.floor(at / minuteMs)
      const moment = minutes.get(minute) ?? nothing()
      moment[part] += 1
      minutes.set(minute, moment)
      const [oldest] = minutes.keys()
      if (minutes.size > minutesMax && oldest !== undefined) minutes.delete(oldest)
    },
    series(until, stepMs, points) {
      const end = Math.ceil(until / stepMs) * stepMs
      const steps = Array.from({ length: points }, (_, i) => ({
        at: end - (points - i) * stepMs,
        ...nothing(),
      }))
      const begin = end - points * stepMs
      for (const [minute, moment] of minutes) {
        const step = steps[Math.floor((minute * minuteMs - begin) / stepMs)]
        if (step === undefined) continue
        for (const part of parts) step[part] += moment[part]
      }
      return steps
    },
  }
}

const parts = ['claimed', 'launched', 'confirmed', 'settled', 'failed'] as const
const nothing = (): Moment => ({ claimed: 0, launched: 0, confirmed: 0, settled: 0, failed: 0 })

function partOf(body: Fact['body']): keyof Moment | null {
  switch (body.kind) {
    case 'attempt.claimed':
      return 'claimed'
    case 'attempt.launched':
      return 'launched'
    case 'attempt.confirmed':
      return 'confirmed'
    case 'task.settled':
      return body.outcome === 'failed' ? 'failed' : 'settled'
    default:
      return null
  }
}

const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
