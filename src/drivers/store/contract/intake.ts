// What wants become: tasks, and the holds they wait for.

import type { Demand } from '../../../model/demand.ts'
import type { Hold, Release } from '../../../model/hold.ts'
import type { Provenance } from '../../../model/provenance.ts'
import type { Fenced } from '../../../model/refusal.ts'
import type { Order, Task } from '../../../model/task.ts'
import type { EnqueueInput } from './shapes.ts'

export interface IntakeVerbs {
  /**
   * Makes a task held or ready; or answers with the task that already holds its key. Throws `session.*`, `provenance.*` and
   * `task.missing` where its origin may not make it.
   */
  enqueue(input: EnqueueInput): Promise<{ task: Task; deduped: boolean }>
  /** Where a task comes from; null when a person wanted it. */
  provenance(taskId: number): Promise<Provenance | null>
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

  /** Puts a hold on a held or ready task. Refused for a taken or settled one, and for a circle of `after`. */
  hold(input: { taskId: number; release: Release; now: number }): Promise<Fenced<{ hold: Hold }>>
  /** Releases one hold (idempotent); the task becomes ready when it was the last. */
  release(input: { holdId: number; by: string; now: number }): Promise<Fenced<{ ready: boolean }>>
  /** Releases every `time` hold that is due, at most `limit`. */
  releaseDue(input: { now: number; limit: number }): Promise<{ released: number }>
}
