// What can happen to what waits: looks, questions, answers.

import type { Release } from '../hold.ts'
import type { ProbeAnswer } from '../probe.ts'

export type WaitFact =
  /** A check answered otherwise than before. */
  | { kind: 'hold.looked'; holdId: number; answer: ProbeAnswer; detail: string }
  | { kind: 'hold.reminded'; holdId: number; reminders: number }
  | { kind: 'hold.answered'; holdId: number; question: string; answer: string; by: string }
  | { kind: 'hold.timed_out'; holdId: number; decision: 'release' | 'cancel' }
  | { kind: 'attempt.asked'; question: string }
  | { kind: 'attempt.waits'; release: Release }
