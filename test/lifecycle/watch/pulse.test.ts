// Alive is not progressing, and quiet is not dead: what moves, for how long nothing may, and what is said of it.
// Incidents 17, 26 and 28.

import { describe, expect, test } from 'vitest'

import {
  feel,
  judgePulse,
  type Pulse,
  type PulseLimits,
  type PulseVerdict,
  type Signs,
  wantsVitals,
} from '../../../src/lifecycle/watch/pulse.ts'

const minute = 60_000
const limits: PulseLimits = {
  silenceMs: 30 * minute,
  firstWordMs: 10 * minute,
  lingerMs: 2 * minute,
}

interface Life {
  /** Bytes of output at a time. */
  readonly bytes?: (ms: number) => number
  readonly spokeAt?: number
  readonly finishedAt?: number
  /** CPU used until a time; null where it can't be seen. */
  readonly cpuMs?: (ms: number) => number | null
  readonly processes?: (ms: number) => number
  readonly reported?: (ms: number) => number
}

/** Lives a session second by second; the first verdict that is not `well`, of each tier, with its time. */
function live(life: Life, forMs: number, its = limits) {
  let pulse: Pulse | null = null
  let samples = 0
  const seen: { atMs: number; verdict: PulseVerdict }[] = []
  for (let nowMs = 0; nowMs <= forMs; nowMs += 1_000) {
    const asks = wantsVitals(pulse, nowMs, its)
    if (asks) samples += 1
    const signs: Signs = {
      nowMs,
      bytes: life.bytes?.(nowMs) ?? 0,
      spoke: nowMs >= (life.spokeAt ?? 0),
      finished: life.finishedAt !== undefined && nowMs >= life.finishedAt,
      reported: life.reported?.(nowMs) ?? 0,
      vitals: asks
        ? { processes: life.processes?.(nowMs) ?? 1, cpuMs: life.cpuMs?.(nowMs) ?? null }
        : null,
    }
    pulse = feel(pulse, signs)
    const verdict = judgePulse(pulse, its)
    if (verdict.tier !== (seen.at(-1)?.verdict.tier ?? 'well')) seen.push({ atMs: nowMs, verdict })
    if (verdict.tier === 'stop') break
  }
  return { seen, samples, last: seen.at(-1) }
}

describe('healthy work is let alone', () => {
  test('a build of 25 minutes without any output, and one of 90', () => {
    expect(live({ cpuMs: (ms) => ms * 0.9 }, 25 * minute).seen).toEqual([])
    expect(live({ cpuMs: (ms) => ms * 0.02 }, 90 * minute).seen).toEqual([])
  })

  test('whoever prints now and then, or reports progress, or starts another process', () => {
    const every = (ms: number) => (at: number) => Math.floor(at / ms)
    for (const life of [
      { bytes: every(14 * minute) },
      { reported: every(14 * minute) },
      { processes: every(14 * minute), cpuMs: () => 5 },
    ])
      expect(live(life, 5 * 60 * minute).seen).toEqual([])
  })

  test('a model that thinks for 20 minutes is warned of, never stopped', () => {
    const { seen } = live(
      { bytes: (ms) => (ms > 20 * minute ? 9 : 0), cpuMs: () => 7 },
      25 * minute,
    )
    expect(seen.map(({ verdict }) => verdict.tier)).toEqual(['warn', 'well'])
  })

  test('a plain program without a limit of its own may be silent for ever, and its CPU is never asked for', () => {
    const plain = { silenceMs: null, firstWordMs: null, lingerMs: 2 * minute }
    const { seen, samples } = live({ cpuMs: () => 0 }, 24 * 60 * minute, plain)
    expect([seen, samples]).toEqual([[], 0])
  })

  test('who talks all the time costs no look at processes', () => {
    expect(live({ bytes: (ms) => ms }, 60 * minute).samples).toBe(0)
  })
})

describe('what stands still is stopped, with its evidence', () => {
  test('no output, no report and an idle process for the whole limit: warned at half, stopped at the end', () => {
    const { seen, samples } = live({ cpuMs: (ms) => 400 + ms * 0.001 }, 60 * minute)
    expect(seen).toMatchObject([
      { atMs: 15 * minute, verdict: { tier: 'warn' } },
      { atMs: 30 * minute, verdict: { tier: 'stop', cause: 'silence' } },
    ])
    const { verdict } = seen[1] ?? {}
    expect(verdict?.tier === 'stop' && verdict.evidence).toBe(
      'nothing moved for 30m, its limit is 30m; 0 bytes of output, 1 process at 0.1 % of a core, last moved by start',
    )
    expect(samples).toBeLessThan(130)
  })

  test('CPU that cannot be seen excuses nothing, and is told so', () => {
    const { last } = live({ cpuMs: () => null }, 60 * minute)
    expect(last?.verdict).toMatchObject({
      tier: 'stop',
      evidence: expect.stringContaining('its CPU cannot be seen'),
    })
  })

  test('a model that never says its first word is stopped sooner', () => {
    const { last } = live({ spokeAt: 1e9, cpuMs: () => 3 }, 60 * minute)
    expect(last).toMatchObject({ atMs: 10 * minute, verdict: { cause: 'silence' } })
    expect(last?.verdict).toMatchObject({ evidence: expect.stringContaining('has not spoken') })
  })

  test('who worked and then fell silent has the whole limit from there', () => {
    const { last } = live({ cpuMs: (ms) => Math.min(ms, 40 * minute) }, 100 * minute)
    expect(last?.atMs).toBeGreaterThanOrEqual(70 * minute)
    expect(last?.atMs).toBeLessThan(72 * minute)
  })
})

describe('who has had its last word and idles is ended', () => {
  test('after the grace, not at once', () => {
    const { last } = live({ finishedAt: 5 * minute, cpuMs: () => 9 }, 60 * minute)
    expect(last).toMatchObject({ atMs: 7 * minute, verdict: { tier: 'stop', cause: 'finished' } })
  })

  test('but not while it still prints or works: its tools may be cleaning up', () => {
    const busy = { finishedAt: minute, cpuMs: (ms: number) => ms, bytes: () => 0 }
    expect(live(busy, 60 * minute).seen).toEqual([])
    const prints = { finishedAt: minute, bytes: (ms: number) => Math.floor(ms / minute) }
    expect(live(prints, 60 * minute).seen).toEqual([])
  })

  test('nor sooner than anybody silent while nobody can see whether it works', () => {
    const unseen = { finishedAt: 5 * minute }
    const { last } = live(unseen, 60 * minute)
    expect(last).toMatchObject({ atMs: 35 * minute, verdict: { tier: 'stop', cause: 'finished' } })
    expect(live(unseen, 60 * minute, { ...limits, silenceMs: null }).seen).toEqual([])
  })
})
