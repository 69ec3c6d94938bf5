// Notices that acting helps nothing. Who repairs the same thing again and again, and finds it broken again at every look,
// does not repair it (1,400 actions an hour, S2): it backs off, and a person is told once. What is found sound again ends
// the incident. Kept in memory: a restart acts a few times more, no more than that.

/** After this many repairs of one subject without effect it is an incident, and each further one waits longer. */
export const futileAfter = 3

const firstWaitMs = 60_000
const longestWaitMs = 3_600_000

interface Trouble {
  readonly law: string
  readonly subject: string
  acts: number
  nextAt: number
  /** Whether a person was told. */
  told: boolean
}

export interface FutileDetector {
  /** Whether this may be tried now. */
  mayAct(law: string, subject: string, now: number): boolean
  /** It was tried, or failed to be; true when that is once too often and a person is to be told. */
  acted(law: string, subject: string, now: number): boolean
  /** An incident of an earlier dispatcher that is still open. */
  remember(law: string, subject: string, now: number): void
  /** What is in trouble: to be looked at in each pass. */
  watched(): readonly { readonly law: string; readonly subject: string }[]
  /** The law was looked at, and these subjects break it; answers those that no longer do and whose incident ends. */
  looked(law: string, broken: ReadonlySet<string>): readonly string[]
}

export function createFutileDetector(): FutileDetector {
  const troubles = new Map<string, Trouble>()
  const keyOf = (law: string, subject: string) => `${law} ${subject}`
  return {
    mayAct: (law, subject, now) => (troubles.get(keyOf(law, subject))?.nextAt ?? 0) <= now,
    acted(law, subject, now) {
      const key = keyOf(law, subject)
      const trouble = troubles.get(key) ?? { law, subject, acts: 0, nextAt: 0, told: false }
      troubles.set(key, trouble)
      trouble.acts += 1
      if (trouble.acts < futileAfter) return false
      const doublings = Math.min(trouble.acts - futileAfter, 10)
      trouble.nextAt = now + Math.min(firstWaitMs * 2 ** doublings, longestWaitMs)
      const first = !trouble.told
      trouble.told = true
      return first
    },
    remember(law, subject, now) {
      const acts = futileAfter
      troubles.set(keyOf(law, subject), { law, subject, acts, nextAt: now, told: true })
    },
    watched: () => [...troubles.values()],
    looked(law, broken) {
      const over = [...troubles.values()].filter(
        (one) => one.law === law && !broken.has(one.subject),
      )
      for (const one of over) troubles.delete(keyOf(law, one.subject))
      return over.filter((one) => one.told).map((one) => one.subject)
    },
  }
}
