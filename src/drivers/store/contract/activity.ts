// How much happened within a span of time.

import type { Activity, WaitingKind } from '../../../model/activity.ts'

export interface ActivityVerbs {
  /** What came in, was dispatched, started, ended and settled since that moment. Costs what the span holds, not what came before. */
  activity(input: { since: number }): Promise<Activity>
  /** Live holds by kind, with the oldest of each. */
  holdsByKind(): Promise<readonly WaitingKind[]>
}
