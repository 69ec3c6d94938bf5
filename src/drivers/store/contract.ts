// What every store promises: transactional verbs, each atomic, each idempotent where it can be retried, never a bag
// of row setters. Time comes in as an argument (`now`, ms since the epoch); the store reads no clock. A verb resolves
// when its change is durable. Two drivers stand behind this, and one conformance suite runs against both. Each room
// states its verbs on a page of its own (contract/).

import type { AccountVerbs } from './contract/accounts.ts'
import type { ActivityVerbs } from './contract/activity.ts'
import type { AgentVerbs } from './contract/agents.ts'
import type { AttemptVerbs } from './contract/attempts.ts'
import type { DutyVerbs } from './contract/duties.ts'
import type { EffectVerbs } from './contract/effects.ts'
import type { FindingVerbs } from './contract/finding.ts'
import type { GateVerbs } from './contract/gates.ts'
import type { HostVerbs } from './contract/hosts.ts'
import type { IncidentVerbs } from './contract/incidents.ts'
import type { IntakeVerbs } from './contract/intake.ts'
import type { KeepingVerbs } from './contract/keeping.ts'
import type { MechanismVerbs } from './contract/mechanisms.ts'
import type { PulseVerbs } from './contract/pulses.ts'
import type { SensorVerbs } from './contract/sensors.ts'
import type { QuotaVerbs } from './contract/quota.ts'
import type { SpendVerbs } from './contract/spend.ts'
import type { ReadingVerbs } from './contract/reading.ts'
import type { ReconcileVerbs } from './contract/reconcile.ts'
import type { ReplyVerbs } from './contract/replies.ts'
import type { TroubleVerbs } from './contract/troubles.ts'
import type { TogetherVerbs } from './contract/together.ts'
import type { ProbeNowVerbs } from './contract/probe-now.ts'
import type { LockVerbs } from './contract/locks.ts'
import type { ScheduleVerbs } from './contract/schedules.ts'
import type { AuditVerbs } from './contract/audit.ts'
import type { CalmVerbs } from './contract/calm.ts'
import type { WaitVerbs } from './contract/waits.ts'

export interface Store
  extends IntakeVerbs,
    AttemptVerbs,
    AgentVerbs,
    GateVerbs,
    AccountVerbs,
    HostVerbs,
    DutyVerbs,
    PulseVerbs,
    ActivityVerbs,
    SpendVerbs,
    QuotaVerbs,
    SensorVerbs,
    IncidentVerbs,
    EffectVerbs,
    ReadingVerbs,
    ReconcileVerbs,
    TroubleVerbs,
    TogetherVerbs,
    ProbeNowVerbs,
    KeepingVerbs,
    MechanismVerbs,
    LockVerbs,
    CalmVerbs,
    AuditVerbs,
    FindingVerbs,
    ReplyVerbs,
    ScheduleVerbs,
    WaitVerbs {
  /** A stable id of this fleet, made at creation. */
  readonly fleetId: string
  /**
   * Calls back when another process may have changed the store: with a host, only for what may concern that host. A hint; polling
   * is the guarantee.
   */
  watch(onChange: () => void, host?: string): () => void
  /** Whether `watch` is heard at once over the whole fleet now; absent where nobody knows. */
  hears?(): boolean
  /** Tells other processes that there is something to see; with a host, those that watch for another host need not look. */
  poke(host?: string): void
  /**
   * Makes ready what is otherwise made ready when it is asked for the first time, and breathes between its steps; absent where that
   * is not worth it. Nothing is asked or written.
   */
  ready?(breathe: () => Promise<void>): Promise<void>
  close(): Promise<void>
  /** The time of a store that many hosts share; absent where the machine's own clock is the only one. */
  readonly time?: StoreTime
}

/** How this machine's clock stands to the store's, by which everything is dated. */
export interface StoreTime {
  /** Whether it is known, and stands still. While it is not, nothing new is taken. */
  isSure(): boolean
  /** By how many ms the machine's clock is behind the store's; null while nobody asked. */
  offsetMs(): number | null
  /** Measures anew. */
  look(): Promise<void>
}
