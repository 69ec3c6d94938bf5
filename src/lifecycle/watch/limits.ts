// Judges whether a running session has to be stopped, and why. First cause wins. Pure.

export interface StopWish {
  /** `timeout`, `silence`, `finished`, `cancelled` or `operator`; told to the adapter as the ending's cause. */
  readonly cause: string
  readonly reason: string
}

export interface RunningSession {
  readonly ranMs: number
  readonly limitMs: number
  /** What somebody asked for, if anybody did; `holdsTask` tells whether the task is still the attempt's. */
  readonly asked: { readonly reason: string; readonly holdsTask: boolean } | null
}

/** The wish to stop, or null. */
export function stopWish({ ranMs, limitMs, asked }: RunningSession): StopWish | null {
  if (asked !== null)
    return {
      cause: asked.holdsTask ? 'operator' : 'cancelled',
      reason: asked.reason,
    }
  if (ranMs >= limitMs)
    return {
      cause: 'timeout',
      reason: `it ran ${Math.round(ranMs / 1000)} s, its limit is ${Math.round(limitMs / 1000)} s`,
    }
  return null
}
