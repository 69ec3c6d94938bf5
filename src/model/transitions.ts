// The one table of legal arrows. The databases enforce the same table by triggers, the documentation draws it, and
// a test compares the three. `settled` and `ended` have no arrow out: what is done stays done.

export const taskStates = ['held', 'ready', 'taken', 'settled'] as const
export type TaskState = (typeof taskStates)[number]

export const attemptStates = ['claimed', 'launched', 'confirmed', 'ended'] as const
export type AttemptState = (typeof attemptStates)[number]

export const effectStates = ['reserved', 'performed', 'failed', 'uncertain'] as const
export type EffectState = (typeof effectStates)[number]

export interface Arrow<S extends string> {
  readonly from: S
  readonly to: S
  readonly verb: string
  readonly reason: string
}

export const taskArrows: readonly Arrow<TaskState>[] = [
  { from: 'held', to: 'ready', verb: 'release', reason: 'its last hold was released' },
  { from: 'ready', to: 'held', verb: 'hold', reason: 'a hold was put on it' },
  { from: 'ready', to: 'taken', verb: 'claim', reason: 'an attempt took it' },
  { from: 'taken', to: 'ready', verb: 'giveBack', reason: 'its attempt ended without settling it' },
  {
    from: 'taken',
    to: 'held',
    verb: 'giveBack',
    reason: 'its attempt ended and the task must wait',
  },
  {
    from: 'taken',
    to: 'settled',
    verb: 'settle',
    reason: 'its attempt, its check or a person decided',
  },
  { from: 'held', to: 'settled', verb: 'settle', reason: 'a person decided' },
  { from: 'ready', to: 'settled', verb: 'settle', reason: 'a person decided' },
]

export const attemptArrows: readonly Arrow<AttemptState>[] = [
  { from: 'claimed', to: 'launched', verb: 'launched', reason: 'the launcher was asked' },
  {
    from: 'launched',
    to: 'confirmed',
    verb: 'confirm',
    reason: 'the start mark and the program were seen',
  },
  { from: 'confirmed', to: 'ended', verb: 'end', reason: 'the session was seen to be over' },
  { from: 'claimed', to: 'ended', verb: 'end', reason: 'it never started' },
  { from: 'launched', to: 'ended', verb: 'end', reason: 'its start was never proven' },
]

export const effectArrows: readonly Arrow<EffectState>[] = [
  { from: 'reserved', to: 'performed', verb: 'perform', reason: 'its holder saw it happen' },
  { from: 'reserved', to: 'failed', verb: 'fail', reason: 'nothing reached the world' },
  { from: 'reserved', to: 'uncertain', verb: 'doubt', reason: 'its holder is gone, or cannot say' },
  { from: 'uncertain', to: 'performed', verb: 'resolve', reason: 'its check or a person says yes' },
  { from: 'uncertain', to: 'failed', verb: 'resolve', reason: 'its check or a person says no' },
  { from: 'failed', to: 'reserved', verb: 'reserve', reason: 'somebody tries it again' },
]

/** Whether the table has an arrow from one state to the other. */
export function isLegal<S extends string>(arrows: readonly Arrow<S>[], from: S, to: S): boolean {
  return arrows.some((arrow) => arrow.from === from && arrow.to === to)
}
