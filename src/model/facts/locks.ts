// What can happen to locks and work keys.

export type LockFact =
  | { kind: 'lock.acquired'; name: string; holder: string; epoch: number; until: number | null }
  | { kind: 'lock.released'; name: string; holder: string; epoch: number; by: string }
  /** Freed by the house: its time was over, its attempt had ended, or its row was one that nobody could release. */
  | {
      kind: 'lock.freed'
      name: string
      holder: string
      why: 'expired' | 'orphaned' | 'bricked'
    }
  | { kind: 'work.claimed'; key: string; holder: string; epoch: number; until: number | null }
  | { kind: 'work.completed'; key: string; by: string; until: number | null }
  | { kind: 'work.abandoned'; key: string; by: string }
  | { kind: 'work.forgotten'; key: string; by: string; was: string }
  | {
      kind: 'work.freed'
      key: string
      holder: string
      why: 'expired' | 'orphaned' | 'bricked'
    }
