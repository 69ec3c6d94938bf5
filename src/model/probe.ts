// A probe: what a `check` hold looks at, and what one look may answer. A probe that could not tell is neither "met" nor
// "not yet": it is broken, and a person hears of it (bob's waits were resolved wrongly 24 of 24 times).

/** What is looked at. */
export type Probe =
  | { readonly look: 'command'; readonly command: string; readonly cwd: string }
  | { readonly look: 'file'; readonly path: string }
  | { readonly look: 'url'; readonly url: string }

export const probeAnswers = ['met', 'not_yet', 'broken'] as const
export type ProbeAnswer = (typeof probeAnswers)[number]

/** One look: what it answered, and what it saw, in one line. */
export interface Look {
  readonly answer: ProbeAnswer
  readonly detail: string
}

/** Exit 0 is met, 1 (no) and 75 (try again) are not yet; everything else says that it could not tell. */
export function readExit(exitCode: number | null, signal: string | null): ProbeAnswer {
  if (signal !== null || exitCode === null) return 'broken'
  if (exitCode === 0) return 'met'
  return exitCode === 1 || exitCode === 75 ? 'not_yet' : 'broken'
}

/** 2xx is met; what is not there yet, busy or down is not yet; a request that is refused or moved tells nothing. */
export function readStatus(status: number): ProbeAnswer {
  if (status >= 200 && status < 300) return 'met'
  return notYet.has(status) ? 'not_yet' : 'broken'
}

const notYet: ReadonlySet<number> = new Set([404, 408, 409, 410, 423, 425, 429, 502, 503, 504])

/** Broken looks in a row after which a person is told. */
export const brokenTold = 3

/** The wait after a look: the interval, growing up to eight times itself while the probe is broken. */
export const nextLookMs = (everyMs: number, brokenInRow: number): number =>
  everyMs * 2 ** Math.min(3, Math.max(0, brokenInRow - 1))
