// Everything that can happen, one union. Facts are append-only; logs, metrics, the page and alarms are their readers.

import type { DutyFact } from './facts/duties.ts'
import type { EffectFact } from './facts/effects.ts'
import type { QuotaFact } from './facts/quota.ts'
import type { PulseFact } from './facts/pulse.ts'
import type { ReconcileFact } from './facts/reconcile.ts'
import type { Blame, FailureClass } from './failure.ts'
import type { OutsideFact } from './facts/outside.ts'
import type { GateStateName } from './gate.ts'
import type { AccountFact } from './facts/account.ts'
import type { LockFact } from './facts/locks.ts'
import type { WindowFact } from './facts/windows.ts'
import type { ScheduleFact } from './facts/schedules.ts'
import type { WaitFact } from './facts/holds.ts'
import type { Release } from './hold.ts'
import type { Outcome } from './task.ts'
import type { TogetherFact } from './facts/together.ts'
import type { WorkspaceFact } from './facts/workspaces.ts'

/** Why a dispatcher went. */
export type StopReason = 'asked to' | 'nothing was left to do' | 'it broke down'

export type FactBody =
  | TogetherFact
  | WorkspaceFact
  | EffectFact
  | AccountFact
  | QuotaFact
  | WaitFact
  | LockFact
  | WindowFact
  | DutyFact
  | OutsideFact
  | ScheduleFact
  | { kind: 'task.enqueued'; title: string; state: 'held' | 'ready'; by: string }
  | { kind: 'task.deduped'; key: string; scope: string }
  | { kind: 'task.edited'; changed: string[]; by: string }
  | { kind: 'task.held'; holdId: number; release: Release }
  | { kind: 'hold.released'; holdId: number; by: string }
  | { kind: 'hold.needs_person'; holdId: number; after: number; outcome: Outcome }
  | { kind: 'task.ready' }
  | { kind: 'task.settled'; outcome: Outcome; verified: boolean | null; by: string; reason: string }
  | { kind: 'task.returned'; reason: string; charged: boolean }
  | { kind: 'attempt.claimed'; agent: string; host: string; lanes: readonly string[] }
  /** Optional flags that were not sent, because the build lacks them. */
  | { kind: 'attempt.flag_dropped'; flags: readonly string[]; why: string }
  /** Optional flags that the build refused: they are left out from now on. */
  | { kind: 'attempt.flag_refused'; flags: readonly string[]; why: string }
  | { kind: 'attempt.launched'; pid: number | null; bootId: string }
  | { kind: 'attempt.confirmed'; program: string }
  | { kind: 'attempt.ordered'; receipt: string }
  | { kind: 'attempt.spoke' }
  | { kind: 'attempt.said'; word: 'done' | 'fail'; text: string }
  | { kind: 'attempt.progress'; text: string }
  | { kind: 'attempt.stop_asked'; reason: string; by: string }
  | { kind: 'attempt.stopped'; signals: string[]; survivors: number; why?: string }
  | { kind: 'attempt.adopted'; state: string }
  | {
      kind: 'attempt.ended'
      class: FailureClass
      blame: Blame
      exitCode: number | null
      signal: string | null
      evidence: string
    }
  | { kind: 'check.ran'; command: string; exitCode: number | null; yes: boolean }
  | { kind: 'check.broken'; command: string; why: string }
  | { kind: 'write.refused'; verb: string; code: string; sentence: string }
  | { kind: 'gate.pinned'; lane: string; by: string; reason: string; until: number | null }
  | { kind: 'gate.reset'; lane: string; by: string; reason: string; was: string }
  | {
      kind: 'gate.shut'
      lane: string
      class: FailureClass
      reason: string
      until: number
      wait: number
      cut: number
    }
  | { kind: 'gate.probing'; lane: string; reason: string }
  | { kind: 'gate.canary'; lane: string; attemptId: number }
  | { kind: 'gate.passing'; lane: string; by: string; ramp: number }
  | { kind: 'gate.ramped'; lane: string; ramp: number | null; by: string }
  | { kind: 'gate.tested'; lane: string; passed: boolean; by: string }
  | { kind: 'gate.rebuilt'; lane: string; from: string; state: GateStateName }
  | { kind: 'incident.opened'; key: string; title: string }
  | { kind: 'incident.reopened'; key: string; title: string }
  | { kind: 'incident.resolved'; key: string; by: string }
  | { kind: 'incident.told'; key: string; notifier: string; what: 'opened' | 'resolved' }
  | { kind: 'incident.untold'; key: string; notifier: string; why: string }
  | { kind: 'host.returned'; host: string; bootId: string; why: 'boot' | 'pulse' }
  | {
      kind: 'config.loaded'
      hash: string
      diff: string[]
      /** Lanes that stand on something else now. */
      lanes?: readonly string[]
    }
  | { kind: 'config.refused'; error: string }
  | {
      kind: 'cli.changed'
      cli: string
      host: string
      path: string
      from: string
      to: string
      /** Lanes that stand on something else now. */
      lanes: readonly string[]
    }
  | {
      kind: 'daemon.started'
      host: string
      pid: number
      version: string
      bootId?: string
      configHash?: string
    }
  | { kind: 'daemon.stopped'; host: string; reason: StopReason; left: number }
  | { kind: 'clock.stepped'; host: string; byMs: number }
  | ReconcileFact
  | PulseFact

export type FactKind = FactBody['kind']

export interface Fact {
  readonly id: number
  readonly at: number
  readonly taskId: number | null
  readonly attemptId: number | null
  readonly body: FactBody
}
