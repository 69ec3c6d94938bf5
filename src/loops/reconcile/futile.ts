// Notices that acting helps nothing. Who repairs the same thing again and again, and finds it broken again at every look,
// does not repair it (1,400 actions an hour, S2): it backs off, and a person is told once. What is found sound again is
// forgotten, and ends the incident. What it knows is handed in and out, so that a restart acts no more often.

import type { Trouble, TroubleChanges } from '../../drivers/store/contract/troubles.ts'

/** After this many repairs of one subject without effect it is an incident, and each further one waits longer. */
export const futileAfter = 3

const firstWaitMs = 60_000
const longestWaitMs = 3_600_000

export interface FutileDetector {
  /** What earlier dispatchers and those of other hosts know replaces what is known here. */
  load(troubles: readonly Trouble[]): void
  /** Whether this may be tried now. */
  mayAct(law: string, subject: string, now: number): boolean
  /** It is tried now; true when that is once too often and a person is to be told. */
  acted(law: string, subject: string, now: number): boolean
  /** An open incident that nothing else is known of. */
  remember(law: string, subject: string, now: number): void
  /** What is in trouble: to be looked at in each pass. */
  watched(): readonly Trouble[]
  /** The law was looked at, and these subjects break it; answers those that no longer do and whose incident ends. */
  looked(law: string, broken: ReadonlySet<string>): readonly string[]
  /** What changed since this was last asked, or null. */
  changes(): TroubleChanges | null
}

export function createFutileDetector(): FutileDetector {
  const troubles = new Map<string, Trouble>()
  const changed = new Map<string, Pick<Trouble, 'law' | 'subject'>>()
  const keyOf = (law: string, subject: string) => `${law} ${subject}`
  const put = (trouble: Trouble) => {
    const key = keyOf(trouble.law, trouble.subject)
    troubles.set(key, trouble)
    changed.set(key, trouble)
  }
  return {
    load(known) {
      troubles.clear()
      for (const one of known) troubles.set(keyOf(one.law, one.subject), one)
    },
    mayAct: (law, subject, now) => (troubles.get(keyOf(law, subject))?.nextAt ?? 0) <= now,
    acted(law, subject, now) {
      const before = troubles.get(keyOf(law, subject))
      const acts = (before?.acts ?? 0) + 1
      const tooOften = acts >= futileAfter
      put({ law, subject, acts, nextAt: tooOften ? now + waitMs(acts) : 0, told: tooOften })
      return tooOften && before?.told !== true
    },
    remember(law, subject, now) {
      if (!troubles.has(keyOf(law, subject)))
        put({ law, subject, acts: futileAfter, nextAt: now, told: true })
    },
    watched: () => [...troubles.values()],
    looked(law, broken) {
      const over = [...troubles.values()].filter(
        (one) => one.law === law && !broken.has(one.subject),
      )
      for (const { subject } of over) {
        troubles.delete(keyOf(law, subject))
        changed.set(keyOf(law, subject), { law, subject })
      }
      return over.filter((one) => one.told).map((one) => one.subject)
    },
    changes() {
      if (changed.size === 0) return null
      const kept = [...changed.keys()].flatMap((key) => troubles.get(key) ?? [])
      const over = [...changed].flatMap(([key, one]) => (troubles.has(key) ? [] : [one]))
      changed.clear()
      return { kept, over: over.map(({ law, subject }) => ({ law, subject })) }
    },
  }
}

/** The wait after that many acts without effect. */
const waitMs = (acts: number): number =>
  Math.min(firstWaitMs * 2 ** Math.min(acts - futileAfter, 10), longestWaitMs)
