// The tables as the queries see them, alike in both databases: numbers for ids and times, JSON as text, 0/1 for yes.

import type { QuotasTable, SensorsTable, SpendingTable } from './schema-quota.ts'
import type { Generated } from 'kysely'

import type { ScheduleFiringsTable, SchedulesTable } from './schema-schedules.ts'
import type { ConvoysTable, ConvoyTasksTable, ReviewsTable } from './schema-together.ts'

export interface TasksTable {
  id: Generated<number>
  state: string
  outcome: string | null
  verified: number | null
  settled_at: number | null
  settled_by: string | null
  reason: string | null
  title: string
  priority: number
  demand_id: number
  order_json: string
  has_check: number
  attempts_max: number
  ready_at: number | null
  rank: number | null
  attempt_id: number | null
  again_of: number | null
  created_at: number
  created_by: string
}

export interface DemandsTable {
  id: Generated<number>
  key: string
  demand_json: string
  bound: Generated<number>
  calm: string | null
}

export interface AttemptsTable {
  id: Generated<number>
  task_id: number
  state: string
  agent: string
  host: string
  nonce: string
  token_hash: string
  config_hash: string
  lanes_json: string
  lease_until: number
  claimed_at: number
  launched_at: number | null
  confirmed_at: number | null
  ended_at: number | null
  launch_json: string | null
  said: string | null
  said_text: string | null
  said_at: number | null
  stop_reason: string | null
  stop_by: string | null
  progress: string | null
  progress_at: number | null
  usage_json: string | null
  class: string | null
  blame: string | null
  exit_code: number | null
  signal: string | null
  verdict_json: string | null
  asked: string | null
  waits_json: string | null
}

export interface HoldsTable {
  id: Generated<number>
  task_id: number
  kind: string
  since: number
  until: number | null
  after_task: number | null
  release_json: string
  released_at: number | null
  released_by: string | null
  look_at: number | null
  waits_on: string | null
  needs_person: Generated<number>
  state_json: Generated<string>
  answer: string | null
}

export interface FactsTable {
  id: Generated<number>
  at: number
  kind: string
  task_id: number | null
  attempt_id: number | null
  body_json: string
}

export interface KeysTable {
  key: string
  task_id: number
  scope: string
  claimed_at: number
}

export interface GatesTable {
  lane: string
  state: string
  since: number
  until: number | null
  by: string | null
  reason: string
  canary: number | null
  ramp: number | null
  rev: number
  memory_json: string
}

export interface HostsTable {
  name: string
  boot_id: string
  pid: number
  start_ticks: string | null
  pulse_at: number
  running: number
  slots: number | null
  labels_json: Generated<string>
  under_pid: number | null
  under_ticks: string | null
  /** The newest migration that the daemon knows. */
  schema_step: number | null
  behind_ms: number | null
}

export interface DutiesTable {
  name: string
  host: string
  pid: number
  term: number
  since: number
  until: number
}

export interface PulsesTable {
  host: string
  role: string
  loop: string
  pid: number
  beat: number
  every_ms: number
  at: number
}

export interface RestartsTable {
  id: Generated<number>
  host: string
  role: string
  pid: number
  reason: string
  evidence_json: string
  asked_at: number
  answered_at: number | null
  answer: string | null
}

export interface IncidentsTable {
  id: Generated<number>
  key: string
  title: string
  opened_at: number
  last_at: number
  count: number
  resolved_at: number | null
  resolved_by: string | null
  data_json: string
  told_at: number | null
  end_told_at: number | null
  tell_after: number
  tell_tries: number
}

export interface LocksTable {
  name: string
  state: string
  epoch: number
  holder: string
  attempt_id: number | null
  since: number
  until: number | null
}

export interface WorkKeysTable {
  key: string
  state: string
  epoch: number
  holder: string
  attempt_id: number | null
  task_id: number | null
  since: number
  until: number | null
  note: string
}

export interface WindowsTable {
  name: string
  host: string
  judged_at: number
  calm: number
  quiet_since: number | null
  opened_at: number | null
  why_json: string
  taken: number
  day: string
  taken_day: number
  busy_json: string
  opening_id: number | null
  last_opened_at: number | null
  last_taken_at: number | null
}

export interface MechanismsTable {
  name: string
  host: string
  fired_at: number | null
  had_at: number | null
  moved_at: number | null
  fired: number
  had: number
  moved: number
  waiting: number
  stuck_since: number | null
  note: string | null
}

export interface EffectsTable {
  id: Generated<number>
  key: string
  kind: string
  params_hash: string
  params_json: string
  check_json: string | null
  state: string
  epoch: number
  holder_json: string
  task_id: number | null
  attempt_id: number | null
  created_at: number
  reserved_at: number
  until: number
  since: number
  by: string
  reason: string
  result_json: string | null
  ask_at: number | null
  asked: number
}

export interface ChoicesTable {
  agent: string
  account: string
  by: string
  reason: string
  since: number
  until: number
}

export interface Schema {
  reviews: ReviewsTable
  convoys: ConvoysTable
  convoy_tasks: ConvoyTasksTable
  tasks: TasksTable
  demands: DemandsTable
  attempts: AttemptsTable
  holds: HoldsTable
  facts: FactsTable
  keys: KeysTable
  gates: GatesTable
  hosts: HostsTable
  duties: DutiesTable
  pulses: PulsesTable
  quotas: QuotasTable
  sensors: SensorsTable
  spending: SpendingTable
  firings: { hour: number; host: string; fired: number }
  restarts: RestartsTable
  incidents: IncidentsTable
  mechanisms: MechanismsTable
  locks: LocksTable
  work_keys: WorkKeysTable
  windows: WindowsTable
  effects: EffectsTable
  schedules: SchedulesTable
  schedule_firings: ScheduleFiringsTable
  choices: ChoicesTable
  cursors: { name: string; fact_id: number }
  unfolded: { attempt_id: number }
  tallies: { name: string; shard: number; n: number }
  permits: { name: string }
  meta: { key: string; value: string }
}
