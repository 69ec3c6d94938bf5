// What every store promises: transactional verbs, each atomic, each idempotent where it can be retried, never a bag
// of row setters. Time comes in as an argument (`now`, ms since the epoch); the store reads no clock. A verb resolves
// when its change is durable. Two drivers stand behind this, and one conformance suite runs against both.

import type { Attempt, LaunchProof, Usage } from '../../model/attempt.ts'
import type { Demand } from '../../model/demand.ts'
import type { Fact, FactBody, FactKind } from '../../model/fact.ts'
import type { Verdict } from '../../model/failure.ts'
import type { Gate } from '../../model/gate.ts'
import type { Hold, Release } from '../../model/hold.ts'
import type { Incident, IncidentData } from '../../model/incident.ts'
import type { Lane } from '../../model/lane.ts'
import type { Fenced } from '../../model/refusal.ts'
import type { Order, Outcome, Task, TaskBrief } from '../../model/task.ts'
import type { TaskState } from '../../model/transitions.ts'
import type {
  ClaimInput,
  ClaimResult,
  Counts,
  EnqueueInput,
  FoldInput,
  Standing,
} from './shapes.ts'

export interface TaskFilter {
  readonly ids?: readonly number[]
  readonly states?: readonly TaskState[]
  readonly outcomes?: readonly Outcome[]
  readonly agent?: string
  readonly label?: string
  /** Only tasks with an id below this one: the cursor of the next page. Newest first. */
  readonly before?: number
  readonly limit: number
}

export interface FactFilter {
  readonly taskId?: number
  readonly attemptId?: number
  readonly kinds?: readonly FactKind[]
  /** Only facts with a greater id. */
  readonly after?: number
  readonly newestFirst?: boolean
  readonly limit: number
}

export interface HostRow {
  readonly name: string
  readonly bootId: string
  readonly pid: number
  readonly startTicks: string | null
  readonly pulseAt: number
  readonly running: boolean
}

/** A fact that may mean something to a lane, with the attempt it is about as it is now. */
export interface UnfoldedFact {
  readonly fact: Fact
  readonly attempt: Pick<Attempt, 'id' | 'taskId' | 'agent' | 'host' | 'lanes' | 'verdict'> | null
}

export interface Unfolded {
  /** The stored cursor: facts up to here are folded. */
  readonly from: number
  /** Folding this page brings the cursor here. */
  readonly to: number
  readonly facts: readonly UnfoldedFact[]
  /** The lanes of those attempts as far as they have rows, and every lane that is not wholly passing. */
  readonly lanes: readonly Lane[]
  readonly newestAttempt: number
}

/** The attempt and the task it works on, for the loops. */
export interface OpenAttempt {
  readonly attempt: Attempt
  readonly task: Task
}

export interface Store {
  // ── intake ──
  /** Makes a task held or ready; or answers with the task that already holds its key. */
  enqueue(input: EnqueueInput): Promise<{ task: Task; deduped: boolean }>
  /** Changes an order before it is taken. Refused once taken or settled. */
  edit(input: {
    taskId: number
    title?: string
    priority?: number
    demand?: Demand
    order?: Partial<Order>
    by: string
    now: number
  }): Promise<Fenced<{ task: Task }>>

  // ── holds ──
  /** Puts a hold on a held or ready task. Refused for a taken or settled one, and for a circle of `after`. */
  hold(input: { taskId: number; release: Release; now: number }): Promise<Fenced<{ hold: Hold }>>
  /** Releases one hold (idempotent); the task becomes ready when it was the last. */
  release(input: { holdId: number; by: string; now: number }): Promise<Fenced<{ ready: boolean }>>
  /** Releases every `time` hold that is due, at most `limit`. */
  releaseDue(input: { now: number; limit: number }): Promise<{ released: number }>

  // ── lease ──
  claim(input: ClaimInput): Promise<ClaimResult>
  /** Prolongs the leases of this host's unended attempts. */
  renew(input: { host: string; leaseUntil: number; now: number }): Promise<{ renewed: number }>

  // ── launch ──
  launched(input: { attemptId: number; proof: LaunchProof; now: number }): Promise<Fenced>
  /** claimed or launched → confirmed. A claimed attempt passes through launched in the same transaction. */
  confirm(input: {
    attemptId: number
    proof: LaunchProof
    program: string
    now: number
  }): Promise<Fenced>

  // ── watch ──
  /** Records facts about an unended attempt, and its newest usage and progress. */
  note(input: {
    attemptId: number
    bodies: readonly FactBody[]
    usage?: Usage
    progress?: string
    now: number
  }): Promise<Fenced>
  /**
   * The agent's own word. Settles the task at once when it has no check; else it is a fact. Refused when the attempt is
   * ended or no longer holds its task; the refusal is recorded.
   */
  say(input: {
    attemptId: number
    word: 'done' | 'fail'
    text: string
    now: number
  }): Promise<Fenced<{ settled: boolean }>>
  /** Asks the owning daemon to stop these attempts' sessions. Idempotent. */
  askStop(input: {
    attemptIds: readonly number[]
    reason: string
    by: string
    now: number
  }): Promise<{ asked: number }>
  /** any unended → ended, with its verdict, whatever became of its task. */
  end(input: {
    attemptId: number
    verdict: Verdict
    usage?: Usage | null
    now: number
  }): Promise<Fenced>

  // ── settle ──
  /** taken → settled by its attempt. Refused unless the task is taken by exactly this attempt. */
  settle(input: {
    taskId: number
    attemptId: number
    outcome: Outcome
    verified: boolean | null
    by: string
    reason: string
    now: number
  }): Promise<Fenced>
  /** taken → ready, or held when `holds` are given. Same fence. */
  giveBack(input: {
    taskId: number
    attemptId: number
    holds: readonly Release[]
    charged: boolean
    reason: string
    now: number
  }): Promise<Fenced>
  /** A person settles a task in any unsettled state; a running session is asked to stop. */
  settleByHand(input: {
    taskId: number
    outcome: Outcome
    by: string
    reason: string
    now: number
  }): Promise<Fenced<{ stopping: number | null }>>

  // ── gates ──
  gates(): Promise<readonly Gate[]>
  pin(input: {
    lane: string
    by: string
    reason: string
    until: number | null
    now: number
  }): Promise<void>
  /**
   * A person's word, or a pin's time. A lane that was shut by its failures comes back with a ramp; a pin just ends.
   */
  resetGate(input: {
    lane: string
    by: string
    reason: string
    now: number
  }): Promise<{ was: string }>
  /** Facts after the cursor (or after `after`, where that is later) that may mean something to a lane, oldest first. */
  unfolded(input: { after: number; limit: number }): Promise<Unfolded>
  /** Writes what folding a page made of the lanes. `folded: false` when somebody was there before; read again then. */
  fold(input: FoldInput): Promise<{ folded: boolean }>
  /** shut and due → probing; a ramp under which nothing is left to try → passing. */
  probeDue(input: { now: number }): Promise<{ probing: readonly string[] }>
  /** The newest facts about gates, newest first: what an unreadable row is rebuilt from. */
  gateFacts(limit: number): Promise<readonly Fact[]>
  /** What changed in the world since an attempt last ended well in this lane (null: ever), newest first. */
  changes(input: {
    lane: string | null
    limit: number
  }): Promise<{ since: number | null; facts: readonly Fact[] }>
  standing(input: { taskId: number; lanes: readonly string[]; workKind: string }): Promise<Standing>

  // ── hosts and incidents ──
  /** Registers the daemon of a host. Refused while `holder` says another one lives. */
  enterHost(
    input: HostRow & { holderAlive: (row: HostRow) => boolean; now: number },
  ): Promise<Fenced>
  pulseHost(input: { name: string; pid: number; now: number }): Promise<void>
  leaveHost(input: { name: string; pid: number; now: number }): Promise<void>
  hosts(): Promise<readonly HostRow[]>
  openIncident(input: {
    key: string
    title: string
    data?: IncidentData
    now: number
  }): Promise<{ opened: boolean }>
  resolveIncident(input: { key: string; by: string; now: number }): Promise<void>
  incidents(filter: { openOnly: boolean; limit: number }): Promise<readonly Incident[]>
  /**
   * Incidents of whose opening or end nobody has been told, and whose next try is due. They are the caller's for
   * `takeMs`: meanwhile nobody else is given them.
   */
  untold(input: {
    now: number
    takeMs: number
    limit: number
  }): Promise<readonly { incident: Incident; tries: number }[]>
  told(input: {
    id: number
    key: string
    what: 'opened' | 'resolved'
    notifier: string
    now: number
  }): Promise<void>
  /** Telling failed: it counts as not told, and is tried again not before `after`. */
  notTold(input: {
    id: number
    key: string
    notifier: string
    why: string
    after: number
    now: number
  }): Promise<void>
  recordFacts(input: { bodies: readonly FactBody[]; now: number }): Promise<void>

  // ── reading ──
  task(id: number): Promise<Task | null>
  tasks(filter: TaskFilter): Promise<{ tasks: readonly Task[]; next: number | null }>
  /** The same without their orders: a page of tasks is as large as all its prompts. */
  briefs(filter: TaskFilter): Promise<{ tasks: readonly TaskBrief[]; next: number | null }>
  attempt(id: number): Promise<Attempt | null>
  attemptsOf(taskId: number): Promise<readonly Attempt[]>
  /** Whether the token's hash belongs to this attempt. */
  tokenFits(attemptId: number, tokenHash: string): Promise<boolean>
  holdsOf(taskId: number, liveOnly: boolean): Promise<readonly Hold[]>
  facts(filter: FactFilter): Promise<readonly Fact[]>
  counts(): Promise<Counts>
  /** Unended attempts of a host (of all when null), without their tasks: asked every second, and orders are large. */
  unended(host: string | null): Promise<readonly Attempt[]>
  /** The same with their tasks. */
  openAttempts(host: string | null): Promise<readonly OpenAttempt[]>
  /** Attempts that are ended while their task is still taken by them. */
  endedUnsettled(host: string | null, limit: number): Promise<readonly OpenAttempt[]>
  /** Demands that have ready tasks now. */
  readyDemands(): Promise<readonly { id: number; demand: Demand }[]>
  /** Every demand that an unsettled task has, with how many are unsettled. */
  openDemands(): Promise<readonly { id: number; demand: Demand; unsettled: number }[]>
  /** How many ready tasks stand before this one among its demand. Null when it is not ready. */
  placeOf(taskId: number): Promise<number | null>
  /** The earliest due `time` hold; null when there is none. */
  nextDue(): Promise<number | null>
  /** How many live holds are our own waits (backoff, cooldown), which end by themselves soon. */
  ownWaits(): Promise<number>
  /** Unended attempts by agent in the whole fleet, whose slots they take, and how many are on this host. */
  openCounts(host: string): Promise<{ byAgent: Readonly<Record<string, number>>; onHost: number }>

  // ── keeping ──
  /**
   * Deletes settled tasks (with attempts, holds and facts) older than `before`, at most `limit`; keeps `ever` keys and
   * every row that an unsettled task refers to. The only way to delete.
   */
  prune(input: { before: number; limit: number; now: number }): Promise<{ tasks: number }>
  /** A stable id of this fleet, made at creation. */
  readonly fleetId: string
  /** Calls back when another process may have changed the store. A hint; polling is the guarantee. */
  watch(onChange: () => void): () => void
  /** Tells other processes that there is something to see. */
  poke(): void
  close(): Promise<void>
}
