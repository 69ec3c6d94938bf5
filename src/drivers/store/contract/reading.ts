// What may be asked of a fleet. Nothing here changes anything.

import type { Attempt } from '../../../model/attempt.ts'
import type { Demand } from '../../../model/demand.ts'
import type { Fact } from '../../../model/fact.ts'
import type { Hold } from '../../../model/hold.ts'
import type { Refusal } from '../../../model/refusal.ts'
import type { Task, TaskBrief } from '../../../model/task.ts'
import type { BoundsInput, Counts, FactFilter, OpenAttempt, TaskFilter } from './shapes.ts'

export interface ReadingVerbs {
  task(id: number): Promise<Task | null>
  tasks(filter: TaskFilter): Promise<{ tasks: readonly Task[]; next: number | null }>
  /** The same without their orders: a page of tasks is as large as all its prompts. */
  briefs(filter: TaskFilter): Promise<{ tasks: readonly TaskBrief[]; next: number | null }>
  attempt(id: number): Promise<Attempt | null>
  attemptsOf(taskId: number): Promise<readonly Attempt[]>
  /** Those of these attempts that are of that host, in the order of their ids. */
  attemptsAmong(ids: readonly number[], host: string): Promise<readonly Attempt[]>
  /** Whether the token's hash belongs to this attempt. */
  tokenFits(attemptId: number, tokenHash: string): Promise<boolean>
  holdsOf(taskId: number, liveOnly: boolean): Promise<readonly Hold[]>
  facts(filter: FactFilter): Promise<readonly Fact[]>
  counts(): Promise<Counts>
  /** The ready task that was asked for first, and since when it is ready; null when none is. */
  oldestReady(): Promise<{
    readonly taskId: number
    readonly title: string
    readonly readyAt: number
  } | null>
  /** Unended attempts of a host (of all when null), without their tasks: asked every second, and orders are large. */
  unended(host: string | null): Promise<readonly Attempt[]>
  /** Attempts that are ended while their task is still taken by them. */
  endedUnsettled(host: string | null, limit: number): Promise<readonly OpenAttempt[]>
  /** Demands that have ready tasks now. */
  readyDemands(): Promise<readonly { id: number; demand: Demand }[]>
  /**
   * Of these demands, those of which the claim would take no task on this host now, each with why: a lock that is held, a window
   * that is not calm, a label whose cap is full. By the judge of the claim, holding nothing: what it answers may be over a
   * moment later, so it is asked anew at every look.
   */
  boundNow(
    input: BoundsInput & { readonly demandIds: readonly number[] },
  ): Promise<readonly { id: number; refusal: Refusal }[]>
  /** Ready tasks with this demand, the first in line first. */
  readyWith(demandId: number, limit: number): Promise<readonly number[]>
  /** Every demand that an unsettled task has, with how many are unsettled. */
  openDemands(): Promise<readonly { id: number; demand: Demand; unsettled: number }[]>
  /** How many ready tasks stand before this one among its demand. Null when it is not ready. Counted up to 10,000. */
  placeOf(taskId: number): Promise<number | null>
  /** The earliest due `time` hold; null when there is none. */
  nextDue(): Promise<number | null>
  /** How many live holds are our own waits (backoff, cooldown), which end by themselves soon. */
  ownWaits(): Promise<number>
  /** Unended attempts by agent in the whole fleet, whose slots they take, and how many are on this host. */
  openCounts(host: string): Promise<{ byAgent: Readonly<Record<string, number>>; onHost: number }>
}
