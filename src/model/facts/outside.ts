// Facts about the processes of a host, told by those who watch them from outside.

import type { Role } from '../pulse.ts'

export type OutsideFact =
  | { kind: 'process.started'; host: string; role: Role; pid: number; why: string }
  | {
      kind: 'process.ended'
      host: string
      role: Role
      pid: number
      exitCode: number | null
      signal: string | null
      livedMs: number
      /** What follows, as a sentence. */
      next: string
    }
  | { kind: 'restart.asked'; host: string; role: Role; pid: number; reason: string }
  | { kind: 'restart.answered'; host: string; role: Role; pid: number; answer: string }
  /** The sentinel itself had slept: for one period it judges nobody. */
  | { kind: 'sentinel.slept'; host: string; forMs: number }
